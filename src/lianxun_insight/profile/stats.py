"""The statistics of an organisation profile: tails with shrinkage, rank aggregation, FDR.

Sources: negative binomial as gamma-Poisson mixture (empirical Bayes, e.g. Carlin & Louis, Bayesian
Methods for Data Analysis, ch. 5); robust rank aggregation: Kolde, Laur, Adler & Vilo,
Bioinformatics 2012; false discovery rate: Benjamini & Hochberg, JRSS-B 1995.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RatePrior:
    """Gamma prior of the hits per unit of exposure in one stratum.

    `mean` is hits per exposure, `shape` the gamma shape: small means the peers differ a lot,
    infinity means they all share one rate (plain Poisson).
    """

    mean: float
    shape: float


def fit_rate_prior(hits: Ints, exposure: Floats) -> RatePrior:
    """Fit the prior on all peers by moments; half a hit is added so that the mean is never 0.

    The variance beyond Poisson is what peers really differ by; when there is none, the shape is
    infinite. Exposure is a number of records (contracts, payments, staff) and must be positive.
    """
    total = float(exposure.sum())
    mean = (float(hits.sum()) + 0.5) / total
    expected = mean * exposure
    beyond = float(((hits - expected) ** 2 - expected).sum()) / float((exposure**2).sum())
    shape = mean**2 / beyond if beyond > 0 else np.inf
    return RatePrior(mean, float(shape))


def tail_probability(hits: Ints, exposure: Floats, prior: RatePrior) -> Floats:
    """P(as many hits or more) for a peer with this exposure; 1 where there is no hit.

    A small body with one hit is shrunk towards its peers by construction: its expected count is
    small but the tail of the mixture is wide.
    """
    expected = prior.mean * exposure
    at_least = np.maximum(hits, 1)
    if np.isinf(prior.shape):
        tail = special.gammainc(at_least, expected)
    else:
        tail = special.betainc(at_least, prior.shape, expected / (expected + prior.shape))
    return np.where(hits > 0, tail, 1.0)


def family_p(p_values: Floats) -> Floats:
    """The strongest indicator of a family speaks for it: Šidák over the m indicators of axis 1.

    Correlated indicators make this cautious, never bold: they cannot stack.
    """
    m = p_values.shape[1]
    smallest = p_values.min(axis=1)
    return np.asarray(-np.expm1(m * np.log1p(-np.minimum(smallest, 1 - 1e-16))))


def rank_aggregation(p_values: Floats) -> Floats:
    """Robust rank aggregation (rho score with its bound) over the families in axis 1.

    The k-th smallest of m uniform values follows Beta(k, m-k+1); rho is the smallest of these
    tails, times m. Families that are silent (p = 1) do not dilute a strong one by more than m.
    We feed tail probabilities against peers rather than ranks/n: a stratum of 20 bodies could
    otherwise never show more than 1/20.
    """
    m = p_values.shape[1]
    ordered = np.sort(p_values, axis=1)
    k = np.arange(1, m + 1)
    rho = special.betainc(k, m - k + 1, ordered).min(axis=1)
    return np.asarray(np.minimum(1.0, rho * m))


def benjamini_hochberg(p_values: Floats) -> Floats:
    """q-values: the share of false alarms expected in the list cut at each p-value."""
    n = len(p_values)
    if n == 0:
        return np.empty(0)
    order = np.argsort(p_values)
    scaled = p_values[order] * n / np.arange(1, n + 1)
    monotone = np.minimum.accumulate(scaled[::-1])[::-1]
    q = np.empty(n)
    q[order] = np.minimum(1.0, monotone)
    return q
