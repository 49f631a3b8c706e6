"""What can go wrong between the desk and Asterisk, in words a person at a screen can use."""

from ticketing.errors import BusinessError


class TelephoneAway(BusinessError):
    """Asterisk cannot be reached, or did not answer in time: nobody knows if it was done."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        """Chinese, shown to the person."""


class TelephoneRefused(BusinessError):
    """Asterisk said no."""

    def __init__(self, action: str, reason: str) -> None:
        super().__init__(f"{action}: {reason}")
        self.action = action
        self.reason = reason
        """Asterisk's own words."""
