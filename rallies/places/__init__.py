"""Where things are: places and their names, points, zones, distances, cells. No database, no HTTP."""
