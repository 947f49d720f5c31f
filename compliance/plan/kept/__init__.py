"""Totals kept by whom they are of, so that an order asks of those alone that it touches."""
