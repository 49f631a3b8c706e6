"""The voice menu between its texts (ticketing.menu) and its language (ivr_flows)."""
