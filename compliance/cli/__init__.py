"""The command line: `main` reads it, `verbs` do it."""
