"""Data of others read into a world: registers, lists, owners, clusters."""
