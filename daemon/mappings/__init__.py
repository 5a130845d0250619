"""Host, plug-in and surface files by name, and the check of one's own."""
