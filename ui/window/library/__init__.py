"""The Library page: folders and what needs the person."""
