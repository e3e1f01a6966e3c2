"""流程与表单: the deployed versions of ``bpmn/``, their files, and every diagram drawn from its own version.

Diagrams are served to whoever is signed in: they are the programme's public rules, and a case is always shown
on the version it runs on. Files come out as plain text, never as something a browser runs.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from flask import Blueprint, Response, render_template

from workflow_app.engine.model import Process
from workflow_app.kernel.errors import NotFound
from workflow_app.queries import system
from workflow_app.web.desk import desk, reading, require, somebody
from workflow_app.web.texts import _

blueprint = Blueprint("definitions", __name__)
READERS = ("process_admin", "auditor", "department_leader", "department_clerk")


@blueprint.get("/definitions")
def page() -> str:
    """List versions; the one in force first, with its diagrams."""
    require(*READERS)
    versions = system.versions(reading())
    return render_template(
        "office/definitions.html",
        versions=versions,
        processes=_processes(versions[0].version) if versions else (),
    )


@blueprint.get("/definitions/<version>")
def version(version: str) -> str:
    """Show the files and diagrams of one version."""
    found = require(*READERS)
    shown = next((one for one in system.versions(reading()) if one.version == version), None)
    if shown is None:
        raise NotFound("version_not_found", "没有这个版本")
    files = system.files_of(reading(), version)
    groups: dict[str, list[tuple[str, str]]] = {}
    for path, digest in files:
        groups.setdefault(_kind(path), []).append((path, digest))
    return render_template(
        "office/definition_version.html",
        version=shown,
        groups=groups,
        processes=_processes(version),
        may_test=found.holds("process_admin"),
        tables=sorted(desk().engine.definition(version).decisions.items()),
    )


@blueprint.get("/definitions/<version>/processes/<process_id>")
def process(version: str, process_id: str) -> str:
    """Show one diagram large, with what each of its elements rests on."""
    require(*READERS)
    found = desk().engine.definition(version).processes.get(process_id)
    if found is None:
        raise NotFound("process_not_found", "这个版本中没有此流程")
    return render_template(
        "office/process.html",
        version=version,
        process=found,
        elements=[one for one in found.elements.values() if one.documentation],
    )


@blueprint.get("/definitions/<version>/diagrams/<process_id>.bpmn")
def diagram(version: str, process_id: str) -> Response:
    """Serve a diagram's XML for the viewer."""
    somebody()
    found = desk().engine.definition(version).processes.get(process_id)
    content = system.file_of(reading(), version, found.path) if found else None
    if content is None:
        raise NotFound("process_not_found", "这个版本中没有此流程")
    answer = Response(content, mimetype="application/xml")
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"  # a version never changes
    return answer


@blueprint.get("/definitions/<version>/files/<path:path>")
def file(version: str, path: str) -> Response:
    """Serve one file as plain text."""
    require(*READERS)
    content = system.file_of(reading(), version, path)
    if content is None:
        raise NotFound("file_not_found", "这个版本中没有此文件")
    answer = Response(content, mimetype="text/plain")
    answer.headers["Content-Disposition"] = f'inline; filename="{PurePosixPath(path).name}"'
    return answer


def _processes(version: str) -> list[Process]:
    found = desk().engine.definition(version).processes.values()
    return sorted(found, key=lambda one: one.id)


def _kind(path: str) -> str:
    return {
        "processes": _("流程图"),
        "decisions": _("决策表"),
        "forms": _("表单"),
    }.get(PurePosixPath(path).parts[0], _("参数与清单"))
