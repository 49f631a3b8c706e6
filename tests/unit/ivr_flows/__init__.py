"""What a caller hears and where they end, without a telephone."""
