"""What people said and dialled: rows, words, cleaning, and the examples that training reads."""
