"""The API, read-only: a door. Public values in, JSON out."""
