"""The fact tables, one module each: the folder is the list."""
