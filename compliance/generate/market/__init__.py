"""A market with honest companies, labelled schemes and labelled innocents that look like them."""
