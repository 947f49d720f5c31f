"""Kept state of a world without orders: totals by holder, so that an order updates only those that it touches."""
