"""Where places lie: points, zones, distances. No database, no HTTP."""
