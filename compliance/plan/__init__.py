"""Plans: rules compiled to columnar queries for the rows that they could match."""
