"""Missing data that would settle a finding."""
