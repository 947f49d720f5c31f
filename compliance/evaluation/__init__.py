"""World, rules and a day to what holds, with the rows behind it."""
