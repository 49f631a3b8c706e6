"""The telephone side of a flow: FastAGI server, calls in AGI words, speech."""
