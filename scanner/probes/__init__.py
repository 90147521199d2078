"""The probes, one module each: the folder is the list."""
