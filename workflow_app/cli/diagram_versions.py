"""``jcer diagrams export|import``: whole versions between an installation and a folder, as git can keep them.

What comes in is judged by the gate and becomes a proposal in the name of a process administrator; a second
one decides on it in the browser. The statute is no part of a version and travels neither way.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

import click

from workflow_app.bootstrap import App
from workflow_app.cli.opened import opened
from workflow_app.commands.design_requests import ProposeFiles
from workflow_app.commands.version_drafts import lawful_path
from workflow_app.commands.versions import STATUTE, SUFFIXES
from workflow_app.engine.documents import MAX_BYTES
from workflow_app.kernel.errors import InvalidForm, NotFound, Refused, TooLarge

CHANNEL: Final = "cli"
MAX_FILES: Final = 1_000
SHORTEST: Final = 8
"""Characters of a version's hash that have to be given at least."""


@click.command("export")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--version", default="", help="版本号或文件指纹的前 8 位以上；默认生效版本 (number or hash)")
def export_version(folder: Path, version: str) -> None:
    """把一个版本的全部文件写入 FOLDER (write a version's files).

    FOLDER 中多余的流程文件会被删除，其他文件（如 .git、README）不动；因此在 git 中可以直接比较。
    """
    app = opened()
    wanted = _version(app, version)
    files = app.tools.versions.files(wanted)
    kept = [path for path in _held(folder) if path not in files] if folder.exists() else []
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(target, data)
    for path in kept:
        (folder / path).unlink()
    click.echo(f"已导出版本 {wanted[:12]}：{len(files)} 个文件，删除多余的 {len(kept)} 个")


@click.command("import")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--by", "login", required=True, help="提出人的登录名，须为流程管理员 (who proposes)")
@click.option("--reason", required=True, help="修改说明 (reason)")
def import_version(folder: Path, login: str, reason: str) -> None:
    """把 FOLDER 的全部流程文件作为一个版本提出部署申请 (propose a folder as the next version).

    与部署审查规则相同；通过的形成部署申请，由另一名流程管理员（改动条文所定期限的，由省厅领导）在“流程管理”中批准。
    """
    app = opened()
    with app.store.reading() as uow:
        user = uow.people.user_by_subject(login)
    if user is None:
        raise NotFound("no_such_user", f"没有登录名为“{login}”的用户")
    found = {path: (folder / path).read_bytes() for path in _held(folder)}
    if not found:
        raise InvalidForm({"folder": ["没有流程文件"]}, f"{folder} 中没有流程文件，请指定导出时的目录")
    present = app.tools.versions.files(_version(app, ""))
    changed = {path: data for path, data in found.items() if present.get(path) != data}
    removed = tuple(sorted(set(present) - set(found)))
    try:
        done = app.execute(ProposeFiles(found, reason, removed), app.actor(user.id, CHANNEL))
    except Refused as refused:
        findings: Any = refused.details.get("findings", ())
        for finding in findings:
            if finding["severity"] == "error":
                click.echo(
                    f"{finding['path']}: {finding['element']}: {finding['code']} {finding['text']}", err=True
                )
        raise
    click.echo(
        f"部署申请 {done.values['number']}：改动 {len(changed)} 个文件，删除 {len(removed)} 个，待批准"
    )


def _version(app: App, wanted: str) -> str:
    """Return the version that a number or the beginning of a hash names; the effective one for nothing."""
    with app.store.reading() as uow:
        if not wanted:
            return app.tools.versions.effective(uow)
        for each in uow.definitions.deployments():
            by_hash = len(wanted) >= SHORTEST and each.version.startswith(wanted)
            if by_hash or wanted == str(each.sequence):
                return each.version
    raise NotFound("no_such_version", f"没有部署过版本“{wanted[:64]}”")


def _held(folder: Path) -> list[str]:
    """Return the paths below a folder that a version may hold; links are not followed.

    :raises Refused: too many.
    :raises TooLarge: a file over 10 MB.
    """
    found: list[str] = []
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith(".") and each != STATUTE)
        for name in sorted(names):
            whole = Path(root) / name
            if not name.endswith(SUFFIXES) or whole.is_symlink():
                continue
            if whole.stat().st_size > MAX_BYTES:
                raise TooLarge("file_too_large", f"{whole} 超过 10 MB")
            found.append(lawful_path(whole.relative_to(folder).as_posix()))
    if len(found) > MAX_FILES:
        raise Refused("too_many_files", f"目录中有 {len(found)} 个流程文件，最多 {MAX_FILES} 个")
    return found


def _write(target: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    if target.is_symlink():
        raise Refused("path_refused", f"{target} 是链接，不能写入")
    beside = target.with_name(f".{target.name}.part")
    beside.write_bytes(data)
    beside.replace(target)
