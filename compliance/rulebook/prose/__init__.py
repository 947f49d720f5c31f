"""What a pack asks, in plain words."""
