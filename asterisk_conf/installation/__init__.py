"""One installation on one machine: what it needs, where it lies, what runs, how it is tested.

`./hotline` hands over to this package once Python's own environment is there.
"""
