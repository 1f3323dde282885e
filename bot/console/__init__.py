"""The staff's web app: its own port and origin, server-rendered, every page behind a permission."""
