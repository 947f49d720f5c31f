"""The pages of the service: a queue, cases to decide, parties, balances, what-if orders, spreadsheets."""
