"""What callers say, as text: phrases to grammars, guesses to choices. Pure, no recogniser."""
