"""Looks at all that a deploy to a host needs, and at what is left of earlier ones."""
