"""What the person sees: the window (Qt) and the terminal."""
