"""The hosts' files, made from a manifest: `toolkit scaffold`."""
