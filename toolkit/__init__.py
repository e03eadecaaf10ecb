"""The host-side command `toolkit`: builds images and wheelhouses for Django apps."""

__version__ = "0.1.0.dev0"
