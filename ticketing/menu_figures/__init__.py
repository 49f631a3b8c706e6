"""Where callers go in the voice menu: counts, drop-offs, time, mistakes, and who was served."""
