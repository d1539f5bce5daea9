"""What the cloud cost this month, beside the strip."""
