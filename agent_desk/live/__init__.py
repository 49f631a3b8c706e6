"""What happens right now: seats, queues, calls, and telling it to the right browsers."""
