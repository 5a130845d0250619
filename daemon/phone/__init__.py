"""Phones and tablets: the page for their browser and its keys, OSCQuery and DNS-SD, a layout for TouchOSC."""
