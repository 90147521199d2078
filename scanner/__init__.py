"""How we come to know it: permit, pace, network door, discovery, probes, pipeline and command line."""
