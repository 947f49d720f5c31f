"""Buyers that together pass a limit, and look like one hand."""
