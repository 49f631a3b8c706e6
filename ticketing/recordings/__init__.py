"""Recordings, from Asterisk's word that one begins to the certificate of its disposal."""
