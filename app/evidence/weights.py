"""Numbers fitted by tests/bench/fit_answers.py; docs/figures/answers.md says how, and what they reach."""

from __future__ import annotations

# One weight per feature of app/evidence/features.py, in its order: how well a sentence answers.
ORDER = (
    2.0243,  # similarity
    3.2037,  # window_similarity
    3.9815,  # passage_similarity
    5.8447,  # wordwise
    4.8987,  # covered
    3.7891,  # covered_before
    1.5163,  # covered_around
    0.9437,  # pairs
    0.9828,  # span
    -1.6745,  # no_span
    1.6989,  # unit
    1.4061,  # near
    -0.6394,  # names
    0.6295,  # names_around
    -0.2371,  # names_missing
    -2.2496,  # rarest_missing
    0.4792,  # length
    0.3614,  # fresh
    -0.0550,  # refers_back
)

# Features whose best value among the best three sentences counts for whether anything answers at all.
BEST_OF_THREE = (0, 1, 4, 7, 8)

# One weight per value of app/evidence/quoting.evidence: log-odds that something answers.
ANSWERED = (
    0.6131,  # similarity
    0.4313,  # window_similarity
    1.1067,  # passage_similarity
    3.1187,  # wordwise
    1.5313,  # covered
    2.2485,  # covered_before
    4.1431,  # covered_around
    0.6808,  # pairs
    -0.2506,  # span
    -1.6061,  # no_span
    0.2492,  # unit
    0.3892,  # near
    -0.0312,  # names
    -0.3345,  # names_around
    -0.3398,  # names_missing
    -0.2579,  # rarest_missing
    0.8201,  # length
    -0.3579,  # fresh
    -0.1174,  # refers_back
    0.0823,  # score
    1.2145,  # share
    0.0517,  # margin
    1.6771,  # best similarity
    1.6369,  # best window_similarity
    1.4243,  # best covered
    0.8520,  # best pairs
    -0.1958,  # best span
)
ANSWERED_BIAS = -7.7104

# Below the first nothing answers. Certain is said from the last on, of the log-odds plus STANDS_OUT times the share
# that the best sentence has among all of them: where another answers nearly as well, nothing is certain.
STANDS_OUT = 3.0
NOTHING_BELOW = -1.05
LIKELY_FROM = 0.5
CERTAIN_FROM = 4.85

# What the best sentence has on average where nothing answers; used when there is no embedder, so that words decide.
USUAL_SIMILARITY = (0.411, 0.403, 0.386, 0.444)
