"""Pictures of words in files: curves, the morph between two, a plug-in against what was asked, the map."""
