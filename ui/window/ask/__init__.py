"""The Ask page: question, passages, answer with chips."""
