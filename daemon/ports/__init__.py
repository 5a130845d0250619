"""The only room that opens MIDI ports, UDP sockets and TCP connections."""
