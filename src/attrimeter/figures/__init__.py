"""What people see: figures, pages, terminal tables and JSON, all made from frozen values.

The public names are those of ``__init__.pyi``. Each is imported when it is first used.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
