"""What was not looked at and could decide (contracts 9)."""
