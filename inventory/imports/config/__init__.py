"""The families of configurations, one module each: the folder is the list."""
