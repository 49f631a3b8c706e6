"""What a caller hears: flow files, their checks, the engine, the simulator.

Knows no Asterisk, no SQL and no web.
"""
