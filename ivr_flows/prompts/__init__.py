"""Text to sound: what a caller hears, made before the call and kept as 8 kHz wav files."""
