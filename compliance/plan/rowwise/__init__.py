"""The second executor of the plans: the same SQL trees as generated Python, for the few rows that an order touches."""
