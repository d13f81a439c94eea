"""Jinja templates and style sheets of the reports: data, no code."""
