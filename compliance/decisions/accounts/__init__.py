"""The accounts of an order: which limits that add up it touches, what is on record there and what it takes."""
