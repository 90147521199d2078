"""Device twins, one module each: bytes in, bytes out. The folder is the list."""
