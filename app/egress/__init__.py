"""The door: the only part of Indoors that may reach a network, and how the rest asks it to."""
