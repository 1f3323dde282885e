"""The action server's package: one action, one file, each picks what to say and which services to show."""
