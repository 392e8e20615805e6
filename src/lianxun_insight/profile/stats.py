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
    """Gamma prior of the hits per unit of exposure, one entry per body, fitted on its peers.

    `mean` is hits per exposure, `shape` the gamma shape: small means the peers differ a lot,
    infinity means they all share one rate (plain Poisson).
    """

    mean: Floats
    shape: Floats

    def without(self, true_share: float, exposure: Floats) -> RatePrior:
        """The prior of hits without cause: `true_share` (0..1) of the hits had one.

        Never below half a hit in all the exposure: what was never seen is not impossible.
        """
        least = np.minimum(0.5 / float(exposure.sum()), self.mean)
        return RatePrior(np.maximum(self.mean * (1 - true_share), least), self.shape)


def fit_rate_prior(hits: Ints, exposure: Floats) -> RatePrior:
    """For every body the prior of its peers (all the others), by moments.

    Half a hit is added so that no mean is 0. The variance beyond Poisson is what peers really
    differ by; when there is none, the shape is infinite. Exposure is a number of records
    (contracts, payments, staff) and must be positive. A body alone in its stratum is compared
    with itself, which shows nothing unusual.
    """
    own = hits.astype(float)
    if len(hits) == 1:
        return RatePrior((own + 0.5) / exposure, np.array([np.inf]))

    def others(values: Floats) -> Floats:
        return np.asarray(values.sum() - values)

    rest = others(exposure)
    mean = (others(own) + 0.5) / rest
    # sum((h - m e)^2 - m e) over the others, with the m of the body
    beyond = (
        others(own**2) - 2 * mean * others(own * exposure) + mean**2 * others(exposure**2)
    ) - mean * rest
    spread = beyond / others(exposure**2)
    shape = np.where(spread > 0, mean**2 / np.where(spread > 0, spread, 1.0), np.inf)
    return RatePrior(mean, shape)


def tail_probability(hits: Ints, exposure: Floats, prior: RatePrior) -> Floats:
    """P(as many hits or more) for a peer with this exposure; 1 where there is no hit.

    A small body with one hit is shrunk towards its peers by construction: its expected count is
    small but the tail of the mixture is wide.
    """
    expected = prior.mean * exposure
    at_least = np.maximum(hits, 1)
    finite = np.where(np.isinf(prior.shape), 1.0, prior.shape)
    mixed = special.betainc(at_least, finite, expected / (expected + finite))
    tail = np.where(np.isinf(prior.shape), special.gammainc(at_least, expected), mixed)
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
