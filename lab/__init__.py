"""Is it true: a small simulated city with ground truth. Shares no code with the product."""
