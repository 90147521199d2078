"""What families of configurations share: line grammars, gathering of facts, and the hiding of secrets."""
