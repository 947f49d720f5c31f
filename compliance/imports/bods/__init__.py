"""The Beneficial Ownership Data Standard."""
