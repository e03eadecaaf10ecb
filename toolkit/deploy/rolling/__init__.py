"""The steps by which hosts get another tag, as data: which commands, where, and in which order."""
