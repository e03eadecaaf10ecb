"""A project whose settings come from the environment alone."""
