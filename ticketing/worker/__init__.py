"""The worker: clocks, recordings, whatever runs by itself. `python -m ticketing work`."""
