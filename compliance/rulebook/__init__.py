"""Packs of rules, read whole, checked and resolved."""
