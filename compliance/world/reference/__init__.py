"""What rule data tells of chips, products and countries."""
