"""One SQLite file, the truth of the library."""
