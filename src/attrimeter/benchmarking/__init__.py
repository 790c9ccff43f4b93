"""Scoring explainers against measured truth."""
