"""semeq's training room: from the public data sets to a model file, and the figures that say how good it is."""
