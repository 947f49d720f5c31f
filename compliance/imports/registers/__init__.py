"""Registers of companies and of who controls them."""
