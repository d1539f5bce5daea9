"""Numbers fitted by tests/bench/fit_answers.py; docs/figures/answers.md says how, and what they reach."""

from __future__ import annotations

# One weight per feature of app/evidence/features.py, in its order: how well a sentence answers.
ORDER = (
    2.0521,  # similarity
    3.3067,  # window_similarity
    3.3571,  # passage_similarity
    5.1304,  # wordwise
    4.8759,  # covered
    3.4065,  # covered_before
    0.4671,  # covered_around
    0.9021,  # pairs
    0.7417,  # span
    -1.4594,  # no_span
    1.3097,  # unit
    1.3979,  # near
    -0.6372,  # names
    0.5185,  # names_around
    -0.1357,  # names_missing
    -1.5021,  # rarest_missing
    0.5780,  # length
    0.4878,  # fresh
    -0.1487,  # refers_back
)

# Features whose best value among the best three sentences counts for whether anything answers at all.
BEST_OF_THREE = (0, 1, 4, 7, 8)

# One weight per value of app/evidence/quoting.evidence: log-odds that something answers.
ANSWERED = (
    0.7816,  # similarity
    0.9934,  # window_similarity
    0.7083,  # passage_similarity
    2.1052,  # wordwise
    1.3940,  # covered
    0.9708,  # covered_before
    0.8609,  # covered_around
    0.8001,  # pairs
    -0.0772,  # span
    -1.2452,  # no_span
    0.0794,  # unit
    0.7872,  # near
    0.0327,  # names
    0.0790,  # names_around
    -0.2268,  # names_missing
    -0.4281,  # rarest_missing
    0.2940,  # length
    -0.6736,  # fresh
    -0.0128,  # refers_back
    0.0780,  # score
    1.3376,  # share
    0.0819,  # margin
    1.4612,  # best similarity
    1.3185,  # best window_similarity
    1.3156,  # best covered
    0.8980,  # best pairs
    -0.0434,  # best span
)
ANSWERED_BIAS = -6.5004

# Below the first nothing answers; from the last on the answer is stated as certain.
NOTHING_BELOW = -0.9
LIKELY_FROM = 0.5
CERTAIN_FROM = 2.3

# What an unrelated-to-related sentence has on average; used when there is no embedder.
USUAL_SIMILARITY = (0.203, 0.220, 0.234, 0.269)
