"""Which version this is, and which shape its answers have."""

__version__ = "0.1.0"
SCHEMA_VERSION = "1"
"""That of every JSON document; it changes when a program that reads one would have to."""
