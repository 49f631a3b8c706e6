"""Calls as they happen (facts) and as they are read (views)."""
