"""The visitor's web app: the chat API, the pages around it, and what keeps a visitor safe on its own."""
