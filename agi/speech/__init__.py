"""Speech in the menu: what callers say becomes words; everything here may fail, keys never do."""
