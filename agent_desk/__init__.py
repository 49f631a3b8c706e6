"""What a person at a screen sees: web, live state, the telephone seen from the desk."""
