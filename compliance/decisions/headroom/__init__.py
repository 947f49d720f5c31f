"""How many units may be sold: by route, and by operator."""
