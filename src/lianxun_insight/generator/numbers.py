"""Invented identifiers with correct check digits, made for whole arrays at once.

Unified social credit codes follow GB 32100-2015 (31 characters, weights 3^(i-1) mod 31; the
inner organisation code GB 11714 with its own check), resident numbers GB 11643 (ISO 7064 MOD
11-2). Region codes are unassigned ones (`names.region_code`), so that no number can belong to
anybody.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lianxun_insight.generator.names import FIRST_COUNTY, PROVINCE_CODE

Ints = npt.NDArray[np.int64]
Texts = npt.NDArray[np.object_]

_USCC = np.array(list("0123456789ABCDEFGHJKLMNPQRTUWXY"))
_USCC_WEIGHTS = np.array([pow(3, i, 31) for i in range(17)])
_ORG = np.array(list("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
_ORG_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])
_ID_WEIGHTS = np.array([pow(2, 17 - i, 11) for i in range(17)])
_ID_CHECK = np.array(list("10X98765432"))


def _digits(numbers: Ints, width: int) -> Ints:
    """Decimal digits of each number, most significant first: shape (n, width)."""
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return (numbers[:, None] // powers) % 10


def _joined(characters: npt.NDArray[np.str_]) -> Texts:
    """Rows of single characters to texts."""
    count, width = characters.shape
    flat = np.ascontiguousarray(characters, dtype="U1").view(f"U{width}")
    return flat.reshape(count).astype(object)


def credit_codes(serials: Ints, counties: Ints, kind: str) -> Texts:
    """Unified social credit codes: `kind` "91" firm, "11" authority, "12" institution.

    `serials` (unique, < 10^8) become the organisation code, `counties` (0..9999) the county.
    """
    count = len(serials)
    body = np.zeros((count, 17), dtype=np.int64)
    body[:, 0:2] = [int(kind[0]), int(kind[1])]
    body[:, 2:4] = [int(c) for c in PROVINCE_CODE]
    body[:, 4:8] = _digits(counties + FIRST_COUNTY, 4)
    organisation = _digits(serials, 8)
    body[:, 8:16] = organisation
    rest = (11 - (organisation @ _ORG_WEIGHTS) % 11) % 11
    body[:, 16] = np.where(rest == 10, np.nonzero(_USCC == "X")[0][0], rest)
    check = (31 - (body @ _USCC_WEIGHTS) % 31) % 31
    return _joined(_USCC[np.column_stack([body, check])])


def resident_numbers(
    serials: Ints, counties: Ints, birth_dates: npt.NDArray[np.datetime64]
) -> Texts:
    """Resident numbers of 18 characters; unique as long as (county, birth date, serial % 1000) is.

    The odd or even last serial digit is the sex, as in the standard.
    """
    days = birth_dates.astype("datetime64[D]")
    years = days.astype("datetime64[Y]").astype(int) + 1970
    months = days.astype("datetime64[M]").astype(int) % 12 + 1
    day = (days - days.astype("datetime64[M]")).astype(int) + 1
    body = np.column_stack(
        [
            np.tile([int(c) for c in PROVINCE_CODE], (len(serials), 1)),
            _digits(counties + FIRST_COUNTY, 4),
            _digits(years * 10000 + months * 100 + day, 8),
            _digits(serials % 1000, 3),
        ]
    )
    check = _ID_CHECK[(body @ _ID_WEIGHTS) % 11]
    return _joined(np.column_stack([body.astype("U1"), check]))


def phones(serials: Ints) -> Texts:
    """Mobile numbers 190 0000 0000 + serial; one serial, one number."""
    return _joined(_digits(19000000000 + serials % 10**8, 11).astype("U1"))


def coded(prefix: str, serials: Ints, width: int) -> Texts:
    """`prefix` + serial padded to `width` digits: the own numbers of a department."""
    texts = _joined(_digits(serials, width).astype("U1"))
    return np.asarray(prefix + texts, dtype=object)
