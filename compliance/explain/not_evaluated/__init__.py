"""What was not evaluated and could change the decision (contracts 9)."""
