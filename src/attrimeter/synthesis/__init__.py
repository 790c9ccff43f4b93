"""Rendered persons: specification, view, ray-cast picture and part mask, and edits of single attributes."""
