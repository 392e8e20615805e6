"""``text eval ocr``: character error rate of reading pictures and scanned PDF.

Each line: ``{"id", "file", "text"}``, the file relative to the JSON-lines file, the text what is
printed on it. Errors are the edit distance between the texts after NFKC, folding of half and full
width punctuation and removal of white space, divided by the length of the expected text; the rate of
a set is weighted by length. ``{"render": 6, "size": 10.5}`` as the only line typesets that many A4 pages
of invented office prose (needs an installed CJK face) at 200 dpi, clean and degraded (skew, blur,
noise, JPEG), and reads those.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from rapidfuzz.distance import Levenshtein

from lianxun_insight.read import UnreadableError
from lianxun_insight.read.document import read_in_process
from lianxun_insight.text.evals.common import (
    SEED,
    BadFileError,
    Row,
    bootstrap,
    figure,
    read_rows,
)
from lianxun_insight.text.evals.pages import degraded, prose, typeset

_FOLD = str.maketrans("“”‘’—－～·・", "\"\"''--~..")


def folded(text: str) -> str:
    """NFKC without white space, quotation marks and dashes in one form."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_FOLD).split())


def evaluate(
    file: Path, *, train: Path | None = None, corpus: Path | None = None, **_options: object
) -> dict[str, Any]:
    """Run the evaluation; see the module's docstring. ``train`` and ``corpus`` are not used."""
    del train, corpus
    rows = read_rows(file, ())
    with TemporaryDirectory() as folder:
        if "render" in rows[0]:
            cases = list(_rendered(Path(folder), rows[0]))
        else:
            cases = list(_listed(file, rows))
        return {"eval": "ocr", "file": file.name, "seed": SEED, **_measure(cases)}


def _measure(cases: list[tuple[str, Path, str]]) -> dict[str, Any]:
    _warm_up(cases[0][1])
    errors, lengths, seconds, detail = [], [], [], []
    for name, path, expected in cases:
        begin = time.process_time()
        try:
            got = read_in_process(path).text
        except UnreadableError as error:
            raise BadFileError(f"{path.name}：{error}") from error
        seconds.append(time.process_time() - begin)
        wanted = folded(expected)
        errors.append(Levenshtein.distance(wanted, folded(got)))
        lengths.append(len(wanted))
        detail.append(
            {
                "id": name,
                "errors": errors[-1],
                "characters": lengths[-1],
                "cpu_seconds": round(seconds[-1], 2),
            }
        )
    wrong, total = np.array(errors), np.array(lengths)
    rate = float(wrong.sum() / max(total.sum(), 1))
    interval = bootstrap(lambda s: float(wrong[s].sum() / max(total[s].sum(), 1)), len(cases))
    return {
        "pages": len(cases),
        "characters": int(total.sum()),
        "character_error_rate": figure(rate, interval),
        "cpu_seconds_a_page": {
            "mean": round(float(np.mean(seconds)), 2),
            "max": round(max(seconds), 2),
        },
        "pages_detail": detail,
    }


def _warm_up(path: Path) -> None:
    """Load the models before the clock runs: once per process, not per page."""
    from lianxun_insight.read.ocr import MISSING, available, engine

    del path
    if not available():
        raise BadFileError(MISSING)
    engine()


def _listed(file: Path, rows: list[Row]) -> Iterator[tuple[str, Path, str]]:
    for row in rows:
        if "file" not in row or "text" not in row:
            raise BadFileError(f"{row.place}须含 file 和 text。")
        path = file.parent / row.text("file")
        if not path.is_file():
            raise BadFileError(f"{row.place}的文件不存在：{row['file']}。")
        yield str(row.get("id", row.line)), path, row.text("text")


def _rendered(folder: Path, options: Row) -> Iterator[tuple[str, Path, str]]:
    try:
        count, size = int(str(options["render"])), float(str(options.get("size", 10.5)))
    except ValueError:
        count, size = 0, 0.0
    if not (count > 0 and 6 <= size <= 40):
        raise BadFileError(f"{options.place}的 render 应为正整数，size 应为 6 到 40 磅。")
    for number in range(count):
        paragraphs = prose(SEED + number, size)
        path = typeset(folder / f"page{number}.png", paragraphs, size)
        yield f"{number}/clean", path, "".join(paragraphs)
        yield f"{number}/degraded", degraded(path, SEED + number), "".join(paragraphs)
