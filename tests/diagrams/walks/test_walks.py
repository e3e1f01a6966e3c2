"""The engine against an independent token game: random diagrams, random paths, a reload at every step.

``WALKS=n`` walks n diagrams instead of 500; a failure names its seed, and ``WALK_SEED=s`` repeats it.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest

from tests.diagrams.walks.walker import draw, walk

WALKS = int(os.environ.get("WALKS", "500"))
SHARDS = 10
ONE = os.environ.get("WALK_SEED")


@pytest.mark.parametrize("shard", range(SHARDS))
def test_engine_plays_the_token_game(shard: int) -> None:
    seeds = [int(ONE)] if ONE else range(shard, WALKS, SHARDS)
    failures = []
    for seed in seeds:
        try:
            walk(seed)
        except Exception as error:  # noqa: BLE001 - every kind of difference is reported with its seed
            failures.append(f"WALK_SEED={seed}: {type(error).__name__}: {str(error)[:400]}")
    assert not failures, f"{len(failures)} walks differ\n" + "\n".join(failures[:5])


def test_walks_cover_every_construct() -> None:
    found = Counter(feature for seed in range(120) for feature in draw(seed).features)
    wanted = {
        "exclusive", "parallel", "flat join", "loop", "multi-instance", "multi-instance call",
        "multi-instance subprocess", "subprocess", "call", "catch", "event gateway", "interrupting",
        "non-interrupting", "error", "error end", "decision",
        "terminate", "terminate in parallel",
    }  # fmt: skip
    assert wanted <= set(found)
    assert min(found[name] for name in wanted) >= 3, found
