"""Finding hosts and ports within the permit."""
