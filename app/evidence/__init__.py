"""Under ask, summarise and listen: what ties a sentence to the place in a file that holds it."""
