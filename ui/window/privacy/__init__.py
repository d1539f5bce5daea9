"""The Privacy ledger: what left, which connections were made, what lies on this disk; and what the cloud may use."""
