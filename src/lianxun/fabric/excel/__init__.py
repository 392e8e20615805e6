"""Spreadsheets in and out: a versioned template, a dry run, errors by cell in the sender's own workbook.

``columns`` describes a sheet once; ``writing`` makes its template and exports from it; ``reading`` opens
a workbook safely and turns cells into values; ``marking`` writes what is wrong back as an extra column.
"""
