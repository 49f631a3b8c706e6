"""Photos of a matter: made harmless and small when they come, kept as long as their order."""
