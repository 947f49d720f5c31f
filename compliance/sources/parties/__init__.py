"""Attributes of parties by date."""
