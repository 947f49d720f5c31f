"""Row-wise executor: the SQL trees of the plans as generated Python, for the few rows of an order."""
