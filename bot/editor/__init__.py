"""Changing content: its history, trying changes out, publishing, and what was not understood."""
