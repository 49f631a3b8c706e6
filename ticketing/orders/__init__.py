"""The life of a work order on the database: use cases grouped by who does them and when.

`moves` is the only place that changes an order's state.
"""
