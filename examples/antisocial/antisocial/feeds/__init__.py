"""The one Django app of antisocial."""
