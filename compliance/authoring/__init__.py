"""For who writes rules: checks, cases, coverage, mutation, proofs, templates."""
