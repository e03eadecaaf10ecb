"""Rolls an app's tags out on its hosts, and back: one deploy at a time, over SSH."""
