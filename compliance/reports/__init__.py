"""Answers as people read them: a module a format."""
