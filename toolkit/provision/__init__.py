"""From a bare machine to a host, and what keeps a host as its app's manifest says."""
