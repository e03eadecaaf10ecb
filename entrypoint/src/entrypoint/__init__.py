"""One entrypoint for every job of a Django container image."""

__version__ = "0.1.0.dev0"
