"""Running in the background: what systemd and launchd are told, and how they are asked."""
