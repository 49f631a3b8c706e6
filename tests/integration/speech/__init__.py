"""The recognisers as processes, with the real vosk and the test model."""
