"""A project with two settings modules that do the same."""
