"""Phones and tablets: a layout for TouchOSC, and being found and asked in the network."""
