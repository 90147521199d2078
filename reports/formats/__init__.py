"""The report formats, one module each: the folder is the list."""
