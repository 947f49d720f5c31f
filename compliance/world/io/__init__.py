"""Worlds, orders and rule data read from files: every format, with every problem at its line."""
