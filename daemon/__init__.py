"""The daemon: messages in, a trained model in the middle, equaliser moves out."""
