"""Official documents in the layout of GB/T 9704-2012 《党政机关公文格式》, as DOCX and PDF.

A4, margins 37 mm top, 35 mm bottom, 28 mm left, 26 mm right; body 3 号 仿宋 (16 pt), 28.95 pt a line =
22 lines of 28 characters; title 2 号 小标宋 (22 pt). Fonts are named, not shipped: a machine without them
falls back to what it has.
"""

from lianxun.documents.official.as_docx import to_docx
from lianxun.documents.official.as_pdf import to_pdf

__all__ = ["to_docx", "to_pdf"]
