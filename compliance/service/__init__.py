"""The HTTP service: screenings, reservations, decisions and changes of the world, for programs."""
