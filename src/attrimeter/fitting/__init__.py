"""Fitting: interpreters on cached maps, targets on images."""
