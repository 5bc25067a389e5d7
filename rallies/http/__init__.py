"""What the doors share: query string → question, conditional answers, headers."""
