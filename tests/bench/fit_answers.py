"""Fits app/evidence/weights.py from `answers.py --features FILE`, and prints what it reaches on articles left out.

Ordering: a conditional logit over the sentences of one question (the chosen one among those that hold the answer), with
an L2 penalty. Whether anything answers: a logistic regression on the question with and without its paragraph. Both are
fitted on standardised values; the printed weights are for the raw ones. Run with: fit_answers.py FILE
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.evidence.features import NAMES
from app.evidence.weights import BEST_OF_THREE

Array = np.ndarray[Any, np.dtype[np.float64]]
_ORDER_PENALTY, _ANSWERED_PENALTY = 10.0, 40.0


def fit_order(groups: list[tuple[Array, Array]], *, steps: int = 250) -> Array:
    """Weights that make the marked sentences of each question likely against the others (Adam, 0.03)."""
    every = np.concatenate([values for values, _ in groups])
    mean, spread = every.mean(0), every.std(0) + 1e-6
    scaled = [((values - mean) / spread, marked) for values, marked in groups]
    weights = np.zeros(every.shape[1])
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, steps + 1):
        slope = -_ORDER_PENALTY * weights
        for values, marked in scaled:
            chance = np.exp(values @ weights - (values @ weights).max())
            chance /= chance.sum()
            right = chance * marked
            slope = slope + values.T @ (right / right.sum() - chance)
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope * slope
        weights = weights + 0.03 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return weights / spread


def evidence(values: Array, weights: Array) -> Array:
    """As app/evidence/quoting.evidence."""
    scores = values @ weights
    best = np.argsort(-scores)
    share = 1 / np.exp(scores - scores[best[0]]).sum()
    margin = scores[best[0]] - scores[best[1]] if len(best) > 1 else 1.0
    three = values[best[:3]][:, list(BEST_OF_THREE)].max(0)
    return np.concatenate([values[best[0]], [scores[best[0]], share, margin], three])


def fit_answered(values: Array, answers: Array, *, steps: int = 60) -> tuple[Array, float]:
    """Weights and bias of the log-odds (Newton's method)."""
    mean, spread = values.mean(0), values.std(0) + 1e-6
    scaled = np.hstack([(values - mean) / spread, np.ones((len(values), 1))])
    penalty = np.append(np.full(values.shape[1], _ANSWERED_PENALTY), 1e-6)
    weights = np.zeros(scaled.shape[1])
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-scaled @ weights))
        slope = scaled.T @ (answers - chance) - penalty * np.append(weights[:-1], 0)
        curve = (scaled * (chance * (1 - chance))[:, None]).T @ scaled + np.diag(penalty)
        weights = weights + np.linalg.solve(curve, slope)
    return weights[:-1] / spread, float(weights[-1] - (weights[:-1] * mean / spread).sum())


def train(rows: list[dict[str, Any]]) -> tuple[Array, Array, float]:
    """Both fits on these questions."""
    groups = []
    for row in rows:
        own = f"{row['paragraph']:03}.txt"
        whole = row["whole"]
        marked = np.array([float(ok and at == own) for ok, at in zip(whole["right"], whole["from"], strict=True)])
        if marked.any():
            groups.append((np.array(whole["features"]), marked))
    order = fit_order(groups)
    both = [np.array(row[side]["features"]) for row in rows for side in ("whole", "without")]
    answers = np.array([1.0, 0.0] * len(rows))
    answered, bias = fit_answered(np.array([evidence(values, order) for values in both]), answers)
    return order, answered, bias


def main() -> int:
    """Print the figures on left-out articles, then the weights fitted on everything."""
    rows = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    odds: list[tuple[float, float, bool]] = []
    for title in sorted({row["title"] for row in rows}):
        order, answered, bias = train([row for row in rows if row["title"] != title])
        for row in (row for row in rows if row["title"] == title):
            whole, without = (np.array(row[side]["features"]) for side in ("whole", "without"))
            first = row["whole"]["right"][int(np.argmax(whole @ order))]
            with_it, without_it = (evidence(side, order) @ answered + bias for side in (whole, without))
            odds.append((with_it, without_it, first))
    print(f"left-out articles: first sentence {np.mean([first for _, _, first in odds]):.3f}")
    for step in (-1.5, -1.0, -0.5, 0.0):
        lost, kept = (np.mean([pair[side] < step for pair in odds]) for side in (0, 1))
        print(f"  log-odds below {step:5.2f}: lost {lost:.3f}, nothing said when removed {kept:.3f}")
    order, answered, bias = train(rows)
    print("ORDER", dict(zip(NAMES, order.round(4), strict=True)))
    print("ANSWERED", answered.round(4).tolist(), round(bias, 4))
    return 0


if __name__ == "__main__":
    sys.exit(main())
