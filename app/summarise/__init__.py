"""A long document in, a summary whose sentences point back out."""
