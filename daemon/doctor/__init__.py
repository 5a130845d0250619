"""`semeq doctor`: looks at MIDI, network and hosts, listens, and says what is wrong."""
