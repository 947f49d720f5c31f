"""Facts matched to rules by durable_rules, behind a fence, and by a plain evaluator: one answer, or none."""
