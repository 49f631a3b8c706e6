"""The law as pure functions: no database, no clock, no waiting."""
