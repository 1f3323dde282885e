"""What the processes of the service share: small values under a key, changed by one of them at a time."""
