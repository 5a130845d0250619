"""One plug-in in one DAW or mixer: where it is, who it is, what it has, and what it is sent."""
