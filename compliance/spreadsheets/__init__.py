"""Spreadsheets as an ERP writes them, read into a world by a map that says what each column means."""
