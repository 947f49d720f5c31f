"""One order against what is kept of a world: only what it touches is worked out, and all else stands as it is."""
