"""Configuration: read from the environment once, frozen, and refused where it is not safe.

A production installation is one with ``JCER_PRODUCTION=1``: it needs secrets of its own and
takes neither debugging nor the sandbox's clock. The sandbox makes its own random secrets in
``var/`` on the first ``jcer init``.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from workflow_app.kernel.errors import Refused

_KEY: Final = 32
_DEFAULTS: Final = frozenset(
    {"", "secret", "changeme", "change-me", "dev", "debug", "test", "jcer", "password"}
)
_TRUE: Final = frozenset({"1", "true", "yes", "on"})
_FALSE: Final = frozenset({"", "0", "false", "no", "off"})
_SEALS: Final = ("", "embedded")
_SHORTEST_TICK: Final = 0.05
_LONGEST_TICK: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Config:
    """Everything an installation decides.

    :param database_url: ``sqlite:///path`` or ``postgresql://…``.
    :param secret: signs sessions and form tokens.
    :param master_key: 32 bytes; wraps the keys of personal values and seals the history's heads.
    :param files: folder of uploaded files.
    :param upload_limit: largest file, in bytes.
    :param request_limit: largest request, in bytes.
    :param tick_seconds: between two looks of a process at the due timers.
    :param public_url: address of the site in messages and certificates.
    :param seal: ``embedded`` seals papers with this installation's own key; empty leaves them unsealed.
    :param exchange_keys: public keys of the exchange's signed daily files (Ed25519, raw, Base64).
    """

    database_url: str
    secret: str = field(repr=False)
    master_key: bytes = field(repr=False)
    files: Path
    var: Path
    production: bool = False
    sandbox: bool = True
    debug: bool = False
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    tick_seconds: float = 0.25
    upload_limit: int = 50_000_000
    request_limit: int = 60_000_000
    public_url: str = "http://127.0.0.1:8000"
    smtp_host: str = ""
    smtp_port: int = 25
    mail_sender: str = "jcer@localhost"
    authority: str = "江西省生态环境厅"
    seal: str = ""
    exchange_keys: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.master_key) != _KEY:
            raise Refused("master_key", "JCER_MASTER_KEY 应为 32 字节密钥的 Base64 文本")
        if self.seal not in _SEALS:
            raise Refused("bad_configuration", f"JCER_SEAL 应为 embedded 或者留空，而不是“{self.seal}”")
        if not self.production:
            return
        if self.secret.lower() in _DEFAULTS or len(self.secret) < _KEY:
            raise Refused(
                "default_secret", "生产环境须设置 JCER_SECRET：至少 32 个字符的随机文本，不得使用默认值"
            )
        if len(set(self.master_key)) < _KEY // 4:
            raise Refused("default_master_key", "生产环境须设置随机生成的 JCER_MASTER_KEY，不得使用默认值")
        if self.debug:
            raise Refused("debug_in_production", "生产环境不得开启调试（JCER_DEBUG）")
        if self.sandbox:
            raise Refused("sandbox_in_production", "生产环境不得使用演示时钟和演示数据（JCER_SANDBOX）")


def read(environ: Mapping[str, str] | None = None, *, root: Path | None = None) -> Config:
    """Return the configuration of this process.

    :param environ: the environment; the process's own by default.
    :param root: folder that holds ``var``; the working folder by default.
    :raises Refused: a value does not make sense, or is not safe in production.
    """
    env = os.environ if environ is None else environ
    base = var_folder(env, root=root)
    production = _flag(env, "JCER_PRODUCTION", default=False)
    if production:
        missing = [
            name for name in ("JCER_SECRET", "JCER_MASTER_KEY", "JCER_DATABASE_URL") if not env.get(name)
        ]
        if missing:
            raise Refused("missing_configuration", f"生产环境缺少配置：{'、'.join(missing)}")
    port = _number(env, "PORT", 8000)
    return Config(
        database_url=env.get("JCER_DATABASE_URL") or f"sqlite:///{base / 'jcer.db'}",
        secret=env.get("JCER_SECRET") or _kept(base / "secret"),
        master_key=_key(env.get("JCER_MASTER_KEY") or _kept(base / "master_key")),
        files=Path(env.get("JCER_FILES") or base / "files"),
        var=base,
        production=production,
        sandbox=_flag(env, "JCER_SANDBOX", default=not production),
        debug=_flag(env, "JCER_DEBUG", default=False),
        host=env.get("HOST") or "127.0.0.1",
        port=port,
        workers=_number(env, "JCER_WORKERS", 2),
        tick_seconds=_seconds(env, "JCER_TICK_SECONDS", 0.25),
        upload_limit=_number(env, "JCER_UPLOAD_LIMIT", 50_000_000),
        request_limit=_number(env, "JCER_REQUEST_LIMIT", 60_000_000),
        public_url=env.get("JCER_PUBLIC_URL") or f"http://127.0.0.1:{port}",
        smtp_host=env.get("JCER_SMTP_HOST", ""),
        smtp_port=_number(env, "JCER_SMTP_PORT", 25),
        mail_sender=env.get("JCER_MAIL_SENDER") or "jcer@localhost",
        authority=env.get("JCER_AUTHORITY") or "江西省生态环境厅",
        seal=env.get("JCER_SEAL", "").strip(),
        exchange_keys=tuple(
            key.strip() for key in env.get("JCER_EXCHANGE_KEYS", "").split(",") if key.strip()
        ),
    )


def var_folder(environ: Mapping[str, str] | None = None, *, root: Path | None = None) -> Path:
    """Return the folder of this installation's data, whether it exists or not."""
    env = os.environ if environ is None else environ
    return Path(env.get("JCER_VAR") or (root or Path.cwd()) / "var")


def make_secrets(var: Path) -> tuple[Path, ...]:
    """Make the sandbox's random secrets where they are missing; returns those made.

    The folder is readable by its owner only, each file has mode 600 from its first byte.
    """
    var.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = []
    for name in ("secret", "master_key"):
        path = var / name
        if path.exists():
            continue
        # Written beside and linked whole: a run killed here leaves no half secret behind.
        beside = var / f".{name}.{os.getpid()}"
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(base64.b64encode(secrets.token_bytes(_KEY)).decode())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(beside, path)
        except FileExistsError:
            continue
        finally:
            beside.unlink()
        made.append(path)
    return tuple(made)


def _kept(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except FileNotFoundError:
        raise Refused("not_initialised", f"尚未初始化：请先运行 jcer init（找不到 {path}）") from None


def _key(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise Refused("master_key", "JCER_MASTER_KEY 应为 32 字节密钥的 Base64 文本") from None


def _flag(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = env.get(name)
    if text is None:
        return default
    if text.strip().lower() in _TRUE:
        return True
    if text.strip().lower() in _FALSE:
        return False
    raise Refused("bad_configuration", f"{name} 应为 1 或 0，而不是“{text}”")


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name)
    if not text:
        return default
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number <= 0:
        raise Refused("bad_configuration", f"{name} 应为正整数，而不是“{text}”")
    return number


def _seconds(env: Mapping[str, str], name: str, default: float) -> float:
    text = env.get(name)
    if not text:
        return default
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not _SHORTEST_TICK <= number <= _LONGEST_TICK:
        raise Refused("bad_configuration", f"{name} 应为 0.05 至 3600 之间的秒数，而不是“{text}”")
    return number
