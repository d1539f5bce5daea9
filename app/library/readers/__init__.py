"""One reader per family of formats; each keeps exact anchors."""
