"""The Summaries page: a document becomes sentences that point back to their places."""
