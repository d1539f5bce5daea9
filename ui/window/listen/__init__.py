"""The Transcribe page: a recording becomes lines with times and speakers."""
