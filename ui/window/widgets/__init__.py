"""Painted parts shared by the pages."""
