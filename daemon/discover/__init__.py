"""What a running host shows of itself: its tracks, its plug-ins, and parameters that become a plug-in file."""
