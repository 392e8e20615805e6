"""From score to precision, learned from verdicts - only once there are enough of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

ENOUGH = 200


def calibration(
    scores: Sequence[float], confirmed: Sequence[bool]
) -> Callable[[float], float] | None:
    """Isotonic regression of "confirmed" on the score (smaller = more unusual).

    Returns None below 200 adjudicated outcomes: a curve from fewer would be invention. The result
    is the share of past listed bodies with this score whose doubts were confirmed, not a
    probability of wrongdoing.
    """
    if len(scores) != len(confirmed):
        raise ValueError("分数与核实结果的数量不一致。")
    if len(scores) < ENOUGH:
        return None
    from sklearn.isotonic import IsotonicRegression

    model = IsotonicRegression(y_min=0.0, y_max=1.0, increasing=False, out_of_bounds="clip")
    model.fit(np.asarray(scores, dtype=float), np.asarray(confirmed, dtype=float))
    return lambda score: float(model.predict([score])[0])
