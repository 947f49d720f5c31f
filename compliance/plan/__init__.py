"""Rules as plans over columns: which rows they could touch, and what their clauses ask of them."""
