"""Targets out of what other projects make; each adapter is imported only when it is asked for."""
