"""`semeq doctor`: looks, listens, and says what is wrong."""
