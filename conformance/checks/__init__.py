"""What we look for: small assertions over exchanges; each raises a `Failure` or returns."""
