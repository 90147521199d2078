"""Captures, written byte by byte."""
