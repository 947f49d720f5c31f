"""Case files: how they are run, and what of an answer they contradict."""
