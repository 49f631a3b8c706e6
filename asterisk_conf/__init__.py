"""What Asterisk is told: site description, templates, renderer; getting and running it.

Stands alone: imports nothing else of ours.
"""
