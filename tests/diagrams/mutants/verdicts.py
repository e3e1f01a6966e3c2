"""A mutant before the gate, the statute and the oracle: what each says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from tests.diagrams.mutants.mutate import Mutant
from tests.diagrams.mutants.oracle import breaches
from tests.diagrams.mutants.play import Play, root_of
from tests.support.edited import files
from workflow_app.commands import parameters, statute
from workflow_app.commands.known_names import catalogue
from workflow_app.engine.forms import load_forms
from workflow_app.engine.lint.catalogue import Catalogue
from workflow_app.engine.rules import check

STUCK = "stuck"
"""What is said of a mutant nothing unlawful happens in, but whose cases the engine stops."""

WALKS = 100
"""How often a mutant is walked at most; each walk tries what those before it did not."""

DEEP = 1000
"""How often, where the statute refuses it: some breaches need a second notice in a second round."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """:param gate: what the gate holds against it; such a mutant is not judged further.
    :param statute: the rules that refuse it.
    :param oracle: what is unlawful on a walk, or nothing.
    """

    gate: str = ""
    statute: frozenset[str] = frozenset()
    oracle: str = ""


@lru_cache(maxsize=1)
def known() -> tuple[parameters.Parameters, Catalogue]:
    limits = parameters.load(files())
    return limits, catalogue(load_forms(files()), limits)


def verdict(mutant: Mutant) -> Verdict:
    """Return what the three say."""
    gate, rules = refused(mutant)
    return Verdict(gate) if gate else Verdict("", rules, unlawful(mutant, DEEP if rules else WALKS))


def refused(mutant: Mutant) -> tuple[str, frozenset[str]]:
    """Return the code of the first error that has nothing to do with the law, or the rules it breaks."""
    path = f"processes/{mutant.process}.bpmn"
    limits, names = known()
    found = check({path: mutant.files()[path]}, files(), names)
    errors = [each.code for each in found if each.severity == "error"]
    if errors:
        return errors[0], frozenset()
    if mutant.flags:
        limits = parameters.load(mutant.files())
    judged = statute.check(_played(mutant), names, limits)
    errors = [each.code for each in judged if each.code != statute.CODE]
    if errors:
        return errors[0], frozenset()
    return "", frozenset(
        next(rule for rule, text in _texts().items() if each.text.startswith(text)) for each in judged
    )


def unlawful(mutant: Mutant, walks: int = WALKS) -> str:
    """Return the first thing the oracle finds on a walk of the mutant, or nothing."""
    play = Play(mutant.files(), root_of(mutant.process))
    for number in range(walks):
        for said in breaches(play.walk(number)):
            return said
    return STUCK if play.stuck else ""


@lru_cache(maxsize=1)
def _texts() -> Mapping[str, str]:
    return {
        provision.rule.id: f"违反{article.citation}：{provision.says}"
        for article in statute.articles()
        for provision in article.provisions
    }


def _played(mutant: Mutant) -> dict[str, bytes]:
    """Return the files of the mutant's own programme: the others are judged with the shipped version."""
    own = root_of(mutant.process)
    return {
        path: data
        for path, data in mutant.files().items()
        if not path.startswith("processes/") or root_of(path[10:-5]) == own
    }
