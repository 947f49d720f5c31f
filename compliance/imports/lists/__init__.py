"""Screening lists, and the parties of a world that stand on them."""
