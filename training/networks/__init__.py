"""Coders, networks, losses, the loop that trains them, and the export to the shipped file."""
