"""Where people of the desk sign in, prove themselves again, and look after their account."""
