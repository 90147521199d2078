"""Sweeps: one short question to very many addresses, sent without a window, collected, and asked again where nothing came."""
