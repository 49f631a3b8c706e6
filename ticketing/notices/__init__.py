"""Notices (通知): written with the move that gives rise to them, sent once, with receipts."""
