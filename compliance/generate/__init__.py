"""Made-up worlds of any size, to try and to measure on."""
