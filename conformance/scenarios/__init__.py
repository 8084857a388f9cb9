"""What we try: the conformance tests, in files named after operations and concerns."""
