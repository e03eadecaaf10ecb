"""The app's database, as its own Django reaches it: locks, and migrations that are pending.

These modules run in the app's process; Django is the app's, of any version.
"""
