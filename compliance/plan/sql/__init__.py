"""Compiler of conditions, measures and joins to SQL trees."""
