"""The portal: finished reports to read in a browser. It opens published snapshots and the agent's status files, writes its
own `portal.db` alone, and cannot import the scanner: no path leads from the web to the network."""
