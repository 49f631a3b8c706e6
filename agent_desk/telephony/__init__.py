"""Asterisk over AMI: one connection, typed events in, typed commands out."""
