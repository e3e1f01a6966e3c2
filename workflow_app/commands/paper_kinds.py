"""The official papers of a version: title, number, article, issuer, audience, as its catalogue says.

``documents/documents.yaml`` is data beside the diagrams and is pinned with them; each entry has its
template ``documents/<key>.typ``. This module reads and checks; it must never fill a paper in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from workflow_app.domain import articles
from workflow_app.engine.tame_yaml import BadYaml, read_yaml
from workflow_app.kernel.errors import Refused
from workflow_app.store.schema.documents import AUDIENCES

PATH: Final = "documents/documents.yaml"
ISSUERS: Final = ("department", "exchange")
_KEY: Final = re.compile(r"[a-z][a-z_]{1,47}")
_FIELDS: Final = {"key", "title", "number", "article", "issuer", "audience"}
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class PaperKind:
    """One kind of paper.

    :param number: pattern with ``{year}`` of the legal date and ``{n}``, running within kind and year.
    :param issuer: ``department`` or ``exchange``.
    :param audience: ``applicant`` (the owner gets a copy), ``owner``, ``holder``, ``pilot``,
        ``public``, ``office``.
    """

    key: str
    title: str
    number: str
    article: str
    issuer: str
    audience: str


def load(files: Mapping[str, bytes]) -> Mapping[str, PaperKind]:
    """Read and check the catalogue of a version.

    :param files: the version's files by path.
    :raises Refused: not YAML, an entry that does not hold, a template that is not there.
    """
    try:
        document = read_yaml(files.get(PATH, b"")) or []
    except BadYaml as error:
        raise Refused("papers_invalid", f"documents.yaml {error}") from None
    if not isinstance(document, list) or not all(isinstance(entry, dict) for entry in document):
        raise Refused("papers_invalid", "documents.yaml 应为文书的列表")
    found: dict[str, PaperKind] = {}
    patterns: set[str] = set()
    for entry in document:
        kind = _kind(entry)
        if kind.key in found:
            raise Refused("papers_invalid", f"documents.yaml 中文书“{kind.key}”重复")
        if kind.number in patterns:
            raise Refused("papers_invalid", f"documents.yaml 中文号“{kind.number}”用于两种文书")
        if f"documents/{kind.key}.typ" not in files:
            raise Refused("papers_invalid", f"文书“{kind.key}”没有模板 documents/{kind.key}.typ")
        found[kind.key] = kind
        patterns.add(kind.number)
    return found


def _kind(entry: Mapping[str, Any]) -> PaperKind:
    key = entry.get("key")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise Refused("papers_invalid", f"documents.yaml 中的 key 应为英文小写词：{str(key)[:40]}")
    if entry.keys() != _FIELDS or not all(isinstance(value, str) and value for value in entry.values()):
        wanted = "、".join(sorted(_FIELDS))
        raise Refused("papers_invalid", f"文书“{key}”应写明且只写明 {wanted}")
    number = entry["number"]
    marks = sorted(re.findall(r"\{[^{}]*\}", number))
    if marks != ["{n}", "{year}"] or number.count("{") != len(marks) or len(number) > _LONGEST:
        raise Refused("papers_invalid", f"文书“{key}”的文号应含 {{year}} 和 {{n}} 各一处，不超过{_LONGEST}字")
    for name, known in (("issuer", ISSUERS), ("audience", AUDIENCES)):
        if entry[name] not in known:
            raise Refused("papers_invalid", f"文书“{key}”的 {name} 应为 {'、'.join(known)} 之一")
    for cited in articles.unknown(entry["article"]):
        raise Refused("papers_invalid", f"文书“{key}”引用了不存在的条款“{cited}”")
    return PaperKind(**{name: entry[name] for name in _FIELDS})
