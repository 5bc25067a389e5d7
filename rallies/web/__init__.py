"""The public pages: a door. Public values in, HTML out; no models, no writes, no other door."""
