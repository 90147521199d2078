"""The commands, one module each: the folder is the list. A module has `add(subparsers)` and `run(arguments) -> int`."""
