"""What Asterisk is told: site description, templates, renderer; getting and running Asterisk. Stands alone."""
