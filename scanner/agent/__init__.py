"""The agent on duty: scheduled scans within maintenance windows, one a network, and word to those who must know."""
