"""Audit, screening, headroom, differences, accounts: what an evaluation is asked for."""
