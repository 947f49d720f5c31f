"""The same answers for very many companies: stakes as columns of numbers."""
