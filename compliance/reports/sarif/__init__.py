"""Answers in the Static Analysis Results Interchange Format (SARIF) 2.1.0, for tools that gather findings."""
