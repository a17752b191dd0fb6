"""Paper from USCIS: logging what came, matching it, and missing what did not come."""
