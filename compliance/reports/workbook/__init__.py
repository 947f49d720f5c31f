"""Answers as an Excel workbook: a sheet a subject, with filters, nothing that a spreadsheet takes for a formula."""
