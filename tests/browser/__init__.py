"""Real Chromium against the whole house."""
