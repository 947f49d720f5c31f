"""The tables of a world (contracts 3): one model each, and the values that their fields hold."""
