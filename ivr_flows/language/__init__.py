"""The flow language: YAML text in, checked steps out."""
