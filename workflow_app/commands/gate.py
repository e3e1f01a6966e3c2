"""The gate: everything that stands against a version, whoever asks — deployment, drafts, first start.

What was found of the same files under the same statute stays true, so it is kept. This module must never know
who deploys.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any, Final

from workflow_app.commands import calculations, papers, parameters, statute
from workflow_app.commands.known_names import catalogue
from workflow_app.engine.forms import BadForm, load_forms
from workflow_app.engine.model import Finding
from workflow_app.engine.rules import check
from workflow_app.kernel.errors import Refused
from workflow_app.store.repositories.definitions import version_of

KEPT: Final = 16

_lock = Lock()
_found: OrderedDict[tuple[str, str], tuple[Finding, ...]] = OrderedDict()


def findings(files: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """Return what the rules on diagrams and tables and the statute say of a version, errors and warnings.

    :raises Refused: its forms, parameters, papers or calculations cannot be read.
    """
    key = (version_of(files), statute.edition())
    with _lock:
        known = _found.get(key)
    if known is None:
        known = _judged(files)
        with _lock:
            _found[key] = known
            while len(_found) > KEPT:
                _found.popitem(last=False)
    return known


def admitted(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Return the warnings on a version.

    :raises Refused: with every finding in the details.
    """
    found = findings(files)
    said = [told(each) for each in found]
    if any(finding.severity == "error" for finding in found):
        raise Refused("diagrams_invalid", "流程图不符合部署要求，请按提示修改", details={"findings": said})
    return said


def told(finding: Finding) -> dict[str, Any]:
    """Return a finding as faces show it."""
    return {
        "path": finding.path,
        "element": finding.element_id,
        "severity": finding.severity,
        "code": finding.code,
        "text": finding.text,
        "trail": list(finding.trail),
    }


def _judged(files: Mapping[str, bytes]) -> tuple[Finding, ...]:
    limits = parameters.load(files)
    papers.check(files)
    calculations.load(files)
    try:
        forms = load_forms(files)
    except BadForm as error:
        raise Refused("form_invalid", f"表单定义有误：{error}") from None
    names = catalogue(forms, limits)
    found = check(files, {}, names)
    if not any(finding.severity == "error" for finding in found):
        found += statute.check(files, names, limits)
    return tuple(found)
