"""The business: calls, work orders, recordings, rules. Knows no web and no telephone."""
