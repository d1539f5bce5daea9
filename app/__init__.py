"""What Indoors does: no Qt, no model library; rooms are described in ARCHITECTURE.md."""
