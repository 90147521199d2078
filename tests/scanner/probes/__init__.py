"""One test file for every probe: bytes to facts, and a live answer from a twin where the lab has one."""
