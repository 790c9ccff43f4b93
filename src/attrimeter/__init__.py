"""AttriMeter: which attributes make two persons near or far for a ReID model, where, and how much.

    import attrimeter

    interpreter = attrimeter.open_interpreter("runs/market")
    explanation = attrimeter.explain_pair(interpreter, "a.jpg", "b.jpg")
    print(explanation.distance, explanation.contributions["upper colour"])
    print(attrimeter.audit(interpreter, "Market-1501-v15.09.15").findings[0].title)

The public names are those of ``__init__.pyi``. Each is imported when it is first used, so that ``import
attrimeter`` is quick.
"""

import sys

from lazy_loader import attach_stub

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)

if "IPython" in sys.modules:  # a notebook shows values as pages
    from attrimeter.figures import notebook

    notebook.register()
    del notebook
