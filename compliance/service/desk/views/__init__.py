"""What templates take: plain data about queues, cases, parties, limits and spreadsheets."""
