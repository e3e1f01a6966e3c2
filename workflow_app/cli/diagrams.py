"""``jcer diagrams``: may these diagrams be deployed? Whole versions come in and go out beside it.

``check`` applies the rules of deployment without a database. Calls, decisions, forms and limits resolve
among the given paths, then among what is shipped with the product.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from workflow_app.adapters.typesetting import Typst
from workflow_app.cli.diagram_versions import export_version, import_version
from workflow_app.commands import paper_kinds, papers, parameters, statute
from workflow_app.commands.known_names import catalogue
from workflow_app.commands.versions import shipped
from workflow_app.engine.documents import MAX_BYTES, parse_document
from workflow_app.engine.forms import BadForm, load_form, load_forms
from workflow_app.engine.index import processes_of
from workflow_app.engine.lint.catalogue import Catalogue
from workflow_app.engine.model import Finding
from workflow_app.engine.rules import UNREADABLE
from workflow_app.engine.rules import check as check_files
from workflow_app.kernel.errors import Refused

DRAWN: Final = (".bpmn", ".dmn")


@click.group()
def diagrams() -> None:
    """流程图 (diagrams)."""


diagrams.add_command(export_version)
diagrams.add_command(import_version)


@diagrams.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@click.pass_context
def check(ctx: click.Context, paths: tuple[Path, ...]) -> None:
    """检查流程图与决策表能否部署 (say whether diagrams and tables may be deployed).

    每个问题一行：PATH: ELEMENT: error|warning CODE 说明。目录下的流程图、决策表、表单（forms/*.yaml）、
    文书（documents/documents.yaml 和 *.typ）和办理参数（parameters.yaml）逐一检查；没有给出的，
    以随产品提供的为准。
    退出码：0 可以部署（可有警告）；1 有错误；2 有文件不是流程图
    （非良构 XML、含 DTD、超过 10 MB、没有 BPMN 定义）。
    """
    given: dict[str, bytes] = {}
    findings: list[Finding] = []
    for path in _expanded(paths):
        data, finding = _load(path)
        if finding is not None:
            findings.append(finding)
        else:
            given[str(path)] = data
    library = shipped()
    known, faults = _catalogue(given, library)
    drawn = {path: data for path, data in given.items() if not path.endswith((".yaml", ".typ"))}
    findings += [*faults, *check_files(drawn, library, known)]
    findings += _against_statute(given, library, findings)
    for each in sorted(findings, key=lambda each: each.path):
        name = click.format_filename(each.path)
        click.echo(f"{name}: {each.element_id}: {each.severity} {each.code} {each.text}")
    errors = [finding for finding in findings if finding.severity == "error"]
    sys.stdout.flush()
    ctx.exit(2 if any(each.code in UNREADABLE for each in errors) else 1 if errors else 0)


def _against_statute(
    given: Mapping[str, bytes], library: Mapping[str, bytes], findings: Sequence[Finding]
) -> list[Finding]:
    """Judge the version that the given files would make of the shipped one, where all of it can run.

    A given diagram stands for the shipped one of its name, or of the process it draws. What the change of one
    breaks in another, shipped one is told under that one's own path.
    """
    if any(finding.severity == "error" for finding in findings):
        return []
    names = {str(path): _home(Path(path), data, library) for path, data in given.items()}
    files = {**library, **{names[path]: data for path, data in given.items() if names[path]}}
    limits = parameters.load(files)
    paths = {home: path for path, home in names.items()}
    only = paths if all(home.endswith(".bpmn") for home in paths) else None  # a table may serve any diagram
    return [
        replace(finding, path=paths.get(finding.path, finding.path))
        for finding in statute.check(files, catalogue(load_forms(files), limits), limits, only=only)
    ]


def _home(path: Path, data: bytes, library: Mapping[str, bytes]) -> str:
    """Return the path a given file has in a version; a diagram nobody ships stays where it is."""
    place = _place(path)
    if place or path.suffix not in DRAWN:
        return place
    folder = "processes" if path.suffix == ".bpmn" else "decisions"
    drawn = {process.id for process, _ in processes_of(parse_document(data), str(path))}
    for name, known in library.items():
        if name.endswith(".bpmn") and drawn & {
            each.id for each, _ in processes_of(parse_document(known), name)
        }:
            return name
    return f"{folder}/{path.name}"


def _catalogue(given: Mapping[str, bytes], library: Mapping[str, bytes]) -> tuple[Catalogue, list[Finding]]:
    """Return the names that hold with the forms and parameters given, and what is wrong with those."""
    findings: list[Finding] = []
    own = {path: place for path in given if (place := _place(Path(path)))}
    files = {**library, **{place: given[path] for path, place in own.items()}}
    for path, place in own.items():
        try:
            _judge(place, given[path], files)
        except BadForm as fault:
            findings.append(Finding(path, "-", "error", "form_invalid", " ".join(str(fault).split())))
        except Refused as fault:
            findings.append(Finding(path, "-", "error", fault.code, " ".join(fault.message.split())))
    if findings:
        files = dict(library)
    return catalogue(load_forms(files), parameters.load(files)), findings


def _judge(place: str, data: bytes, files: Mapping[str, bytes]) -> None:
    if place == parameters.PATH:
        parameters.load(files)
    elif place == paper_kinds.PATH:
        papers.check(files)
    elif place.endswith(".typ"):
        Typst().check(files, Path(place).stem)
    elif (key := load_form(data, files).key) != Path(place).stem:
        raise BadForm(f"文件名应为表单的 key（{key}）")


def _place(path: Path) -> str:
    """Return where in a version a form, a paper or the parameters belong; empty for any other file."""
    if path.parent.name == "documents" and (path.suffix == ".typ" or path.name == "documents.yaml"):
        return f"documents/{path.name}"
    if path.suffix != ".yaml":
        return ""
    if path.parent.name == "forms":
        return f"forms/{path.name}"
    return parameters.PATH if path.name == parameters.PATH else ""


def _expanded(paths: tuple[Path, ...]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(
                each for each in path.rglob("*") if (each.suffix in DRAWN or _place(each)) and each.is_file()
            )
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def _load(path: Path) -> tuple[bytes, Finding | None]:
    try:
        if path.stat().st_size > MAX_BYTES:
            return b"", Finding(str(path), "-", "error", "too_large", "文件超过 10 MB")
        return path.read_bytes(), None
    except OSError as error:
        return b"", Finding(str(path), "-", "error", "unreadable", f"文件无法读取：{error.strerror}")
