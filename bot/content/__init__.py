"""Editors' content: reading, checking and publishing it."""
