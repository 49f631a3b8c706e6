"""The moves of a work order as forms: what is asked for each, and which use case it is."""
