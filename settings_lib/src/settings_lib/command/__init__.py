"""``python -m settings_lib``: what it finds and prints."""
