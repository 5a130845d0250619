"""Sound itself: files and sound devices through the same five bands."""
