"""What a client sees and may do."""
