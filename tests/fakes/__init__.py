"""Stand-ins that speak the real interface or the real bytes."""
