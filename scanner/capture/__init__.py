"""Captures: packets from a file, conversations from packets, evidence from conversations. Nothing is sent."""
