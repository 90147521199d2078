"""How it is shown: the frozen report document, its formats and the evidence bundle."""
