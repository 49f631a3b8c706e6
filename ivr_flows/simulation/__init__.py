"""A call without a telephone: acts and facts as data in, everything heard and done out."""
