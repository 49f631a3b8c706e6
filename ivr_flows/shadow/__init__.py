"""The shadow run: what past callers pressed, walked through the draft, and what would differ."""
