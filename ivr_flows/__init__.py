"""What a caller hears: flow files, their checks, the engine, the simulator. Knows no Asterisk, SQL or web."""
