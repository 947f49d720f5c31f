"""Export-control rule engine for AI compute."""
