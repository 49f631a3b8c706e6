"""Test cases of flows: press this, hear that; kept as data, run on every save."""
