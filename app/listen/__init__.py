"""Speech in, transcripts out."""
