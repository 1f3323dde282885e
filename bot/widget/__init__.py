"""The visitor's front end: static parts, one folder each, and the pages around them."""
