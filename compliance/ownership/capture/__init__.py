"""Who is captured by listed owners: three-valued verdicts, with bounds and a witness."""
