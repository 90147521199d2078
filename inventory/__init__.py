"""What is known: evidence, facts, assets, identities, the catalogue and the workspace that keeps them."""
