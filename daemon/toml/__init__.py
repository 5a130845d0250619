"""Strict TOML in, with line numbers and "did you mean", and out again."""
