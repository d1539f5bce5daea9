"""The Models page: what does the three jobs on this computer, how well, and what could do them instead."""
