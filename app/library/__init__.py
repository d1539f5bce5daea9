"""The files of the person, made searchable."""
