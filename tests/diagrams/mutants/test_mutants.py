"""The statute bites: what the oracle finds unlawful it refuses, and no rule could be left out.

``make mutants`` judges every mutant; here a fixed sample, and all mutants that carry a rule's proof.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tests.diagrams.mutants.mutate import mutants, processes
from tests.diagrams.mutants.oracle import breaches, limits_lawful
from tests.diagrams.mutants.play import Play, root_of
from tests.diagrams.mutants.proofs import proofs
from tests.diagrams.mutants.verdicts import (
    STUCK,
    known,
    refused,
    unlawful,
    verdict,
)
from tests.support.edited import files
from workflow_app.commands import parameters, statute

LONG = "project_lifecycle"
WHOLE = bool(os.environ.get("MUTANTS"))
EVERY = 12
"""How many mutants of one operator there are to one that is judged here."""

PROOFS = sorted(proofs())
LIMITS = {"five_working_days": ("public_notice", 4), "three_working_days": ("registration", 4)}


def strict() -> dict[str, str]:
    """Return the lawful mutants the statute refuses, with the reviewed reason."""
    text = (Path(__file__).parent / "refused_though_lawful.yaml").read_text("utf-8")
    return {name: each["because"] for each in yaml.safe_load(text) for name in each["mutants"]}


def sample() -> list[str]:
    """Return the mutants judged here: some of every operator. In the long programme the proofs are enough."""
    kinds: dict[str, list[str]] = {}
    for name in sorted(mutants()):
        if root_of(mutants()[name].process) != LONG:
            kinds.setdefault(operator_of(name), []).append(name)
    return sorted(mutants()) if WHOLE else [name for names in kinds.values() for name in names[::EVERY]]


def operator_of(name: str) -> str:
    """Return what was done to the element a mutant is named by."""
    return name.split(":")[2].split("=", maxsplit=1)[0]


def test_the_sample_has_every_operator() -> None:
    assert {operator_of(name) for name in sample()} == {operator_of(name) for name in mutants()}


@pytest.mark.parametrize("root", sorted({root_of(each) for each in processes()}))
def test_the_shipped_diagrams_are_lawful_on_every_walk(root: str) -> None:
    play = Play(files(), root)
    found = {said for number in range(30) for said in breaches(play.walk(number))}
    assert found == set()


@pytest.mark.parametrize("name", sample())
def test_what_is_unlawful_is_refused(name: str) -> None:
    found = verdict(mutants()[name])
    if found.oracle == STUCK:
        return  # neither lawful nor unlawful: refused or not, such a case goes nowhere
    if found.oracle:
        assert found.statute, f"accepted, but: {found.oracle}"
    else:
        assert bool(found.statute) == (name in strict()), f"lawful, refused by {sorted(found.statute)}"


def test_the_list_of_the_refused_speaks_of_mutants_and_gives_reasons() -> None:
    assert strict().keys() <= mutants().keys()
    assert all(reason.endswith("。") for reason in strict().values())


@pytest.mark.parametrize("rule", PROOFS)
def test_without_the_rule_something_unlawful_is_deployed(rule: str) -> None:
    """Rules are judged one by one: what this one alone refuses, nothing refuses without it."""
    mutant = proofs()[rule]
    assert unlawful(mutant) not in ("", STUCK)
    assert refused(mutant) == ("", frozenset({rule}))


@pytest.mark.parametrize("rule", sorted(LIMITS))
def test_without_the_limit_a_shorter_notice_or_a_longer_registration_is_deployed(rule: str) -> None:
    limit, n = LIMITS[rule]
    lawful, names = known()
    changed = {**lawful.rules, limit: replace(lawful.rules[limit], n=n)}
    assert limits_lawful(lawful.rules["public_notice"].n, lawful.rules["registration"].n)
    assert not limits_lawful(changed["public_notice"].n, changed["registration"].n)
    only = {"parameters.yaml": files()["parameters.yaml"]}
    found = statute.check(only, names, parameters.Parameters(lawful.flags, changed))
    (provision,) = (p for a in statute.articles() for p in a.provisions if p.rule.id == rule)
    assert [each.text.endswith(provision.says) for each in found] == [True]


def test_every_rule_has_its_proof() -> None:
    ids = [provision.rule.id for article in statute.articles() for provision in article.provisions]
    assert sorted(ids) == sorted([*PROOFS, *LIMITS])
