"""What a player sees and types: the picture and the keys."""
