"""Measurements: every script prints a table, and with --json one document."""
