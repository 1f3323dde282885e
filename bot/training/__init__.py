"""Trains what the service reads messages with, from the labelled files under `data/`."""
