"""``jcer certificate``: is this paper ours, and unchanged?

355号附件二（三）: a certificate is checked by anybody, with neither network nor database, against the
published key. Its live state (is it still standing?) is what the public page answers.
"""

from __future__ import annotations

from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from workflow_app.adapters import signed_pdf
from workflow_app.kernel.errors import Refused

MAX_BYTES = 50_000_000


@click.group()
def certificate() -> None:
    """注销凭证与文书 (certificates and papers)."""


@certificate.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", metavar="KEY", help="公布的公钥：Base64 文本，或者公钥文件；默认为本系统的公钥。")
def verify(file: Path, key: str | None) -> None:
    """查验一份 PDF：是否由本系统签发、是否被改动 (check a PDF against the published key).

    退出码：0 有效；1 无效，并说明原因。不使用网络和数据库。
    """
    if file.stat().st_size > MAX_BYTES:
        raise Refused("not_signed", f"{file}：无效。文件过大，不是本系统出具的文书")
    try:
        public = signed_pdf.read_public(_text(key)) if key else _own().public_key()
        found = signed_pdf.check(file.read_bytes(), {signed_pdf.key_id(public): public})
    except signed_pdf.NotSigned as reason:
        raise Refused("not_signed", f"{file}：无效。{reason}") from reason
    click.echo(
        f"{file}：有效。签名算法 {found.algorithm}，密钥 {found.key_id}，内容摘要 SHA-256 {found.sha256}"
    )


@certificate.command()
def key() -> None:
    """公布本系统签发文书所用的公钥 (print the public key)."""
    click.echo(signed_pdf.published(_own().public_key()))


def _text(key: str) -> str:
    path = Path(key)
    try:
        return path.read_text(encoding="ascii") if path.is_file() else key
    except (OSError, UnicodeDecodeError):
        return key


def _own() -> Ed25519PrivateKey:
    from workflow_app import config  # noqa: PLC0415 - a key given by hand needs no installation

    return signed_pdf.own_key(config.read().master_key)
