"""Drafting: what goes into a message or letter, and the rendering of it."""
