"""Channels to the world outside; each maps foreign errors to one family."""
