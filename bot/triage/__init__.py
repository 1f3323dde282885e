"""Who is writing, and who does what to whom. Pure."""
