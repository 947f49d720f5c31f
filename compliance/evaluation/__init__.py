"""Evaluation: a world, rules and a day give matches with their lineage."""
