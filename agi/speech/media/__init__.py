"""The media server: a caller's sound comes by WebSocket, prompts go back, words come out."""
