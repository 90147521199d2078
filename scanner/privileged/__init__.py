"""What the privileged helper can do, each in a module; nothing of this runs in the scanner's own process."""
