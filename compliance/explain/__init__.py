"""Explanation: turns matches into findings with provenance, missing fields and remedies."""
