"""Who works here: users, their passwords and sessions, programs' tokens, and the audit."""
