"""Configuration, composition, the loop, logs and the state file: what makes one running daemon of all rooms."""
