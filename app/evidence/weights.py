"""Numbers fitted by tests/bench/fit_answers.py; docs/figures/answers.md says how, and what they reach."""

from __future__ import annotations

# One weight per feature of app/evidence/features.py, in its order: how well a sentence answers.
ORDER = (
    2.2245,  # similarity
    3.4059,  # window_similarity
    4.2333,  # passage_similarity
    6.0178,  # wordwise
    5.1983,  # covered
    3.7602,  # covered_before
    1.2054,  # covered_around
    0.6499,  # pairs
    1.0884,  # span
    -1.7177,  # no_span
    1.8276,  # unit
    1.2184,  # near
    -0.7997,  # names
    0.7426,  # names_around
    -0.3204,  # names_missing
    -2.5214,  # rarest_missing
    0.2603,  # length
    0.4002,  # fresh
    2.7022,  # renames
)

# Features whose best value among the best three sentences counts for whether anything answers at all.
BEST_OF_THREE = (0, 1, 4, 7, 8)

# One weight per value of app/evidence/quoting.evidence: log-odds that something answers.
ANSWERED = (
    -0.1028,  # similarity
    1.4366,  # window_similarity
    0.5238,  # passage_similarity
    3.6751,  # wordwise
    2.4899,  # covered
    2.6765,  # covered_before
    4.4558,  # covered_around
    0.5194,  # pairs
    -0.4216,  # span
    -2.2889,  # no_span
    -0.0712,  # unit
    0.9913,  # near
    0.0174,  # names
    -0.5656,  # names_around
    -0.3199,  # names_missing
    -0.1070,  # rarest_missing
    0.9474,  # length
    -0.9062,  # fresh
    3.2025,  # renames
    0.0951,  # score
    1.8257,  # share
    0.0522,  # margin
    1.9989,  # best similarity
    2.3295,  # best window_similarity
    2.2102,  # best covered
    1.3528,  # best pairs
    0.0854,  # best span
)
ANSWERED_BIAS = -9.5213

# Below the first nothing answers. Certain is said from the last on, of the log-odds plus STANDS_OUT times the share
# that the best sentence has among all of them: where another answers nearly as well, nothing is certain.
STANDS_OUT = 3.0
NOTHING_BELOW = -0.65
LIKELY_FROM = 0.5
CERTAIN_FROM = 5.7

# What the best sentence has on average where nothing answers; used when there is no embedder, so that words decide.
USUAL_SIMILARITY = (0.411, 0.403, 0.386, 0.444)
