"""The pages of the portal, one module each kind: the folder is the list."""
