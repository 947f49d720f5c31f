"""Groups of companies that look like one hand, and companies that look like shells: weighed evidence, no verdicts."""
