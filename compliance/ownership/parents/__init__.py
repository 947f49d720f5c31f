"""Ultimate parents, by majorities alone, and what is said beside them."""
