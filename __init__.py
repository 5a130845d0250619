"""semeq: words in, equaliser moves out."""
