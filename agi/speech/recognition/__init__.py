"""From sound to guesses: recognisers run in processes of their own and may be lost at any time."""
