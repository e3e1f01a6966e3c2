"""The statute: what the notice commands of every diagram, one file an article, read-only to administrators.

``bpmn/statute/`` comes with the product and never with a deployed version, so that nobody who may change a
diagram may change what it is judged by. A rule speaks of what happens (operations, forms, limits), not of
how an element is called. This module must never know a case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files as package_files
from typing import Final, cast

import yaml

from workflow_app.commands.parameters import Parameters
from workflow_app.commands.versions import STATUTE
from workflow_app.engine.lint.catalogue import Catalogue
from workflow_app.engine.model import Finding, Json
from workflow_app.engine.paths.facts import value_of
from workflow_app.engine.paths.gate import Words, check_paths
from workflow_app.engine.paths.law import DuringRule, Ground, OwedRule, PathRule, Pattern, Rule

CODE: Final = "against_statute"

Mapped = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class LimitRule:
    """A limit that may not be shorter (``min``) or longer (``max``) than ``n`` working days."""

    id: str
    limit: str
    direction: str
    n: int


@dataclass(frozen=True, slots=True)
class Provision:
    """One rule as a lawyer reads it, and as it is checked."""

    says: str
    rule: Rule | LimitRule


@dataclass(frozen=True, slots=True)
class Article:
    """One file: what an article commands.

    :param basis: ``statutory`` for what 355号 says itself, ``service`` for a rule of the programme's own.
    :param requirements: the numbers of ``docs/traceability.md``.
    :param source: the file as it is written, for whoever reads it.
    """

    file: str
    citation: str
    title: str
    quote: str
    basis: str
    requirements: tuple[str, ...]
    provisions: tuple[Provision, ...]
    source: str


class BadStatute(Exception):
    """A file of the statute is not written as it must be: a defect of the product."""


@lru_cache(maxsize=1)
def articles() -> tuple[Article, ...]:
    """Return the statute that came with the product, in the order of its files.

    :raises BadStatute: a file cannot be read.
    """
    folder = package_files("bpmn") / STATUTE
    entries = sorted((each for each in folder.iterdir() if each.name.endswith(".yaml")), key=lambda e: e.name)
    read = tuple(read_article(each.name, each.read_text("utf-8")) for each in entries)
    ids = [provision.rule.id for article in read for provision in article.provisions]
    doubled = {each for each in ids if ids.count(each) > 1}
    if doubled:
        raise BadStatute(f"rules with one id: {sorted(doubled)}")
    return read


def edition() -> str:
    """Return the content hash of the statute a version is judged by."""
    digest = hashlib.sha256()
    for article in articles():
        digest.update(f"{article.file}\n{article.source}\n".encode())
    return digest.hexdigest()


def check(
    files: Mapping[str, bytes],
    catalogue: Catalogue,
    parameters: Parameters,
    statute: tuple[Article, ...] | None = None,
    only: Collection[str] | None = None,
) -> list[Finding]:
    """Return what in a version breaks the statute; every diagram of it can run.

    :param statute: the articles to judge by; the product's own unless given.
    :param only: the diagrams asked about; what shows in others alone may be left out.
    """
    own = articles() if statute is None else statute
    rules: list[Rule] = []
    words: dict[str, Words] = {}
    findings: list[Finding] = []
    for article in own:
        for provision in article.provisions:
            text = f"违反{article.citation}：{provision.says}"
            if isinstance(provision.rule, LimitRule):
                findings += _limit(provision.rule, parameters, text)
            else:
                rules.append(provision.rule)
                words[provision.rule.id] = Words(CODE, text)
    return findings + check_paths(files, rules, words, catalogue, parameters.flags, only)


def _limit(rule: LimitRule, parameters: Parameters, text: str) -> Iterator[Finding]:
    found = parameters.rules.get(rule.limit)
    holds = found is not None and found.unit == "working_day" and found.direction == rule.direction
    if found is None or not holds or (found.n < rule.n if rule.direction == "min" else found.n > rule.n):
        yield Finding("parameters.yaml", rule.limit, "error", CODE, text)


def read_article(name: str, source: str) -> Article:
    """Read one file.

    :raises BadStatute: it says something no rule can mean.
    """
    try:
        raw = yaml.safe_load(source)
        return Article(
            name,
            raw["article"],
            raw["title"],
            raw["quote"],
            raw["basis"],
            tuple(raw["requirements"]),
            tuple(Provision(each["says"], _rule(each)) for each in raw["rules"]),
            source,
        )
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise BadStatute(f"{name}: {error!r}") from error


def _rule(raw: Mapped) -> Rule | LimitRule:
    for word, (read, words) in _KINDS.items():
        if word in raw:
            unknown = raw.keys() - {"id", "says", word, *words}
            if unknown:
                raise ValueError(f"{raw['id']}: unknown words {sorted(unknown)}")
            return read(raw)
    raise ValueError(f"{raw['id']}: no rule")


def _path_rule(raw: Mapped) -> PathRule:
    return PathRule(
        str(raw["id"]),
        _pattern(raw["whenever"]),
        tuple(_ground(each) for each in cast(list[Mapped], raw.get("only_if", []))),
        _patterns(raw.get("counted_from", [])),
        _pattern(raw["must_be"]) if "must_be" in raw else None,
        _patterns(raw.get("not_same_role_as", [])),
    )


def _during_rule(raw: Mapped) -> DuringRule:
    return DuringRule(
        str(raw["id"]),
        _pattern(raw["from"]),
        _patterns(raw["until"]),
        _pattern(raw["every_task"]),
        _values(raw.get("while_known", {})),
    )


def _owed_rule(raw: Mapped) -> OwedRule:
    return OwedRule(
        str(raw["id"]),
        _pattern(raw["after"]),
        _pattern(raw["owed"]),
        _values(raw.get("if_known", {})),
        _patterns(raw.get("unless", [])),
    )


def _limit_rule(raw: Mapped) -> LimitRule:
    limit = cast(Mapped, raw["limit"])
    return LimitRule(str(raw["id"]), str(limit["rule"]), str(limit["direction"]), int(str(limit["n"])))


_KINDS: Final[Mapping[str, tuple[Callable[[Mapped], Rule | LimitRule], tuple[str, ...]]]] = {
    "whenever": (_path_rule, ("only_if", "counted_from", "must_be", "not_same_role_as")),
    "from": (_during_rule, ("until", "every_task", "while_known")),
    "after": (_owed_rule, ("owed", "if_known", "unless")),
    "limit": (_limit_rule, ()),
}
"""How a rule begins, how it is read, and which words it may use."""


def _ground(raw: Mapped) -> Ground:
    unknown = raw.keys() - {"after", "without", "known", "excluded", "made_by"}
    if unknown:
        raise ValueError(f"unknown words {sorted(unknown)}")
    return Ground(
        _patterns(raw.get("after", [])),
        _patterns(raw.get("without", [])),
        _values(raw.get("known", {})),
        _values(raw.get("excluded", {})),
        {name: _texts(each) for name, each in cast(Mapped, raw.get("made_by", {})).items()},
    )


ATTRIBUTES: Final = frozenset(
    {
        *("operation", "form", "role", "decision", "message", "timer", "timer_kind", "timer_from", "process"),
        *("calls", "deadline", "deadline_from", "outcome"),
    }
)


def _pattern(raw: object) -> Pattern:
    attributes = cast(Mapped, raw)
    if not attributes or not attributes.keys() <= ATTRIBUTES:
        raise ValueError(f"no such act: {raw}")
    return Pattern({name: _texts(each) for name, each in attributes.items()})


def _patterns(raw: object) -> tuple[Pattern, ...]:
    return tuple(_pattern(each) for each in cast(list[object], raw))


def _texts(raw: object) -> frozenset[str]:
    return frozenset(str(each) for each in raw) if isinstance(raw, list) else frozenset({str(raw)})


def _values(raw: object) -> Mapping[str, frozenset[str]]:
    return {
        name: frozenset(value_of(cast(Json, each)) for each in cast(list[object], values))
        for name, values in cast(Mapped, raw).items()
    }
