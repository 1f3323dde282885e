"""From the chat to a person: what is passed on, the queue of each helpline, and where it is kept."""
