"""What changes between two packs, dates or postures."""
