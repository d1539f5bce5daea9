"""Finds in a text what says who or where someone is, or opens a door, so that it can be swapped before it leaves."""
