"""Pictures of words in files: curves, the way between two, a plug-in against what was asked, the map."""
