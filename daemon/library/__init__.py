"""What a player makes and keeps: own words, scenes, songs, favourites, and the history of changes, as values."""
