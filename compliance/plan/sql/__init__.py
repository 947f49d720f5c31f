"""Conditions, measures and joins as SQL trees."""
