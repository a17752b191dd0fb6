"""What the law says about days: which periods run, and which days count as business days."""
