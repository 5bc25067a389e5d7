"""Data that ships with the application, and its reading. No database."""
