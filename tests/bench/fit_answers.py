"""Fits app/evidence/weights.py from `answers.py` and `everyday.py --features FILE`; prints what left-out ones reach.

Ordering: a conditional logit over the sentences of one question (the chosen one among those that hold the answer), with
an L2 penalty. Whether anything answers: a logistic regression on the question with and without its paragraph. Both are
fitted on standardised values; the printed weights are for the raw ones. Run with: fit_answers.py
ANSWERS_FILE [EVERYDAY_FILE]
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


def marked(row: dict[str, Any]) -> Array:
    """Which sentences of a question with its file in the library answer it: those of its own file that hold it."""
    whole = row["whole"]
    if "own" in whole:
        return np.array(whole["own"], dtype=float)
    own = f"{row['paragraph']:03}.txt"
    return np.array([float(ok and at == own) for ok, at in zip(whole["right"], whole["from"], strict=True)])


def sides(row: dict[str, Any]) -> list[tuple[Array, float]]:
    """(features, whether something answers) of a question with its file in the library, and without it."""
    found = [(np.array(row["whole"]["features"]), float(row.get("answerable", True)))]
    if row["without"]:
        found.append((np.array(row["without"]["features"]), 0.0))
    return [(values, answer) for values, answer in found if len(values)]


def train(rows: list[dict[str, Any]]) -> tuple[Array, Array, float]:
    """Both fits on these questions."""
    groups = [(np.array(row["whole"]["features"]), marks) for row in rows if (marks := marked(row)).any()]
    order = fit_order(groups)
    both = [side for row in rows for side in sides(row)]
    answered, bias = fit_answered(
        np.array([evidence(values, order) for values, _ in both]), np.array([answer for _, answer in both])
    )
    return order, answered, bias


def left_out(rows: list[dict[str, Any]], *, folds: int = 12) -> list[tuple[dict[str, Any], bool, list[float]]]:
    """For each question, fitted without its article or file: is its best sentence right, the log-odds of its sides."""
    titles = sorted({row["title"] for row in rows})
    found = []
    for fold in range(folds):
        mine = set(titles[fold::folds])
        order, answered, bias = train([row for row in rows if row["title"] not in mine])
        for row in (row for row in rows if row["title"] in mine):
            first = bool(row["whole"]["right"][int(np.argmax(np.array(row["whole"]["features"]) @ order))])
            odds = [float(evidence(values, order) @ answered + bias) for values, _ in sides(row)]
            found.append((row, first, odds))
    return found


def tell(name: str, found: list[tuple[dict[str, Any], bool, list[float]]]) -> None:
    """Figures of one kind of questions, all on left-out articles or files."""
    good = [one for one in found if one[0].get("answerable", True)]
    same = [one for one in found if not one[0].get("answerable", True)]
    print(f"{name}, left out: best sentence right {np.mean([first for _, first, _ in good]):.3f}")
    for step in (-1.5, -1.0, -0.5, 0.0, 0.5, 1.0):
        lost = np.mean([odds[0] < step for _, _, odds in good])
        kept = np.mean([odds[-1] < step for _, _, odds in good])
        shy = f", unanswerable {np.mean([odds[0] < step for _, _, odds in same]):.3f}" if same else ""
        print(f"  below {step:5.2f}: lost {lost:.3f}; nothing said when removed {kept:.3f}{shy}")
    print(f"  answerable told from unanswerable, AUROC: {auroc(good, same):.3f}")
    for step in (1.5, 2.0, 2.5, 3.0):
        sure = [first for _, first, odds in good if odds[0] >= step]
        print(f"  from {step:.2f}: {len(sure) / len(good):.3f} of them, best sentence wrong {1 - np.mean(sure):.3f}")


def auroc(good: list[tuple[dict[str, Any], bool, list[float]]], same: list[Any]) -> float:
    """Chance that an answerable question has higher log-odds than one whose file is removed or that nothing answers."""
    whole = np.array([odds[0] for _, _, odds in good])
    without = np.array([odds[-1] for _, _, odds in good] + [odds[0] for _, _, odds in same])
    return float(np.mean((whole[:, None] > without) + 0.5 * (whole[:, None] == without)))


def main() -> int:
    """Print the figures on left-out articles, then the weights fitted on everything."""
    rows: list[dict[str, Any]] = []
    for path in sys.argv[1:]:
        rows += json.loads(Path(path).read_text(encoding="utf-8"))
    found = left_out(rows)
    tell("paragraphs", [one for one in found if "paragraph" in one[0]])
    if any("paragraph" not in row for row in rows):
        tell("everyday files", [one for one in found if "paragraph" not in one[0]])
    order, answered, bias = train(rows)
    print("ORDER", dict(zip(NAMES, order.round(4).tolist(), strict=True)))
    print("ANSWERED", answered.round(4).tolist(), round(bias, 4))
    return 0


if __name__ == "__main__":
    sys.exit(main())
