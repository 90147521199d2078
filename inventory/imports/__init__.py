"""Files of other tools and devices become facts: one module a kind, and a folder for the many kinds of configuration."""
