"""Staff: who they are, how they prove it, what they may do, and the log of what they did."""
