"""Walks a caller through a flow; plain sequential code, one thread a call."""
