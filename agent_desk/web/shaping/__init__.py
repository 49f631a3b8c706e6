"""From records to shapes, with callers' numbers as far as the reader may see them."""
