"""The staff pages of tracking: translate in, call once, translate out."""
