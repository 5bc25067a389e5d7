"""The door for calendar apps."""
