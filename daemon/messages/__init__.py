"""What travels: MIDI and OSC messages as values, as bytes and as one line of text; OSC patterns."""
