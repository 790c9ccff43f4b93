"""One file for every family of checkpoints."""
