"""Naming what an interpreter finds: frozen explanations of pairs."""

from attrimeter.explaining.pair import explain_pair

__all__ = ["explain_pair"]
