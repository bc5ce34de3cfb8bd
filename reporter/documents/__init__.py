"""Turns facts into text: Markdown, a page, terminal tables, README blocks, data, and what CI systems read."""
