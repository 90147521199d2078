"""Implementations of `reports/export.py`: one module an export."""
