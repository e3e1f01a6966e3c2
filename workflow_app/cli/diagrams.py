"""``jcer diagrams``: may these diagrams be deployed?

``check`` applies the rules of deployment without a database. Calls, decisions and forms
resolve among the given paths, then the diagrams shipped with the product.
"""

from __future__ import annotations

import sys
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from workflow_app.engine.documents import MAX_BYTES
from workflow_app.engine.model import Finding
from workflow_app.engine.rules import UNREADABLE
from workflow_app.engine.rules import check as check_files


@click.group()
def diagrams() -> None:
    """流程图 (diagrams)."""


@diagrams.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@click.pass_context
def check(ctx: click.Context, paths: tuple[Path, ...]) -> None:
    """检查流程图与决策表能否部署 (say whether diagrams and tables may be deployed).

    每个问题一行：PATH: ELEMENT: error|warning CODE 说明。目录下的 .bpmn 与 .dmn 文件逐一检查。
    退出码：0 可以部署（可有警告）；1 有错误；2 有文件不是流程图
    （非良构 XML、含 DTD、超过 10 MB、没有 BPMN 定义）。
    """
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    for path in _expanded(paths):
        data, finding = _load(path)
        if finding is not None:
            findings.append(finding)
        else:
            files[str(path)] = data
    findings += check_files(files, shipped_files())
    for finding in sorted(findings, key=lambda each: each.path):
        click.echo(f"{finding.path}: {finding.element_id}: {finding.severity} {finding.code} {finding.text}")
    errors = [finding for finding in findings if finding.severity == "error"]
    sys.stdout.flush()
    ctx.exit(2 if any(each.code in UNREADABLE for each in errors) else 1 if errors else 0)


def shipped_files() -> dict[str, bytes]:
    """Return the diagrams, tables and forms shipped with the product, by path under ``bpmn/``."""
    found: dict[str, bytes] = {}
    pending: list[tuple[str, Traversable]] = [("", resources.files("bpmn"))]
    while pending:
        prefix, folder = pending.pop()
        for entry in folder.iterdir():
            name = f"{prefix}{entry.name}"
            if entry.is_dir():
                pending.append((f"{name}/", entry))
            elif entry.name.endswith((".bpmn", ".dmn")):
                found[name] = entry.read_bytes()
    return found


def _expanded(paths: tuple[Path, ...]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(
                each for each in path.rglob("*") if each.suffix in (".bpmn", ".dmn") and each.is_file()
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
