"""What is not known and would settle a finding."""
