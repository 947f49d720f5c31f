"""What rules may ask of a party at a date, as attributes."""
