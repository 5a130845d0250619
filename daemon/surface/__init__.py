"""Controllers: their file, decoding, take-over, learning, lights and motors."""
