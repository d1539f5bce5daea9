"""What may leave this computer, what it costs and what left: levels, redaction, prices, budget, gate and ledger."""
