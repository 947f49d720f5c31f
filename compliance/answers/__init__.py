"""The answers as models: one shape for the command line, the library and the service."""
