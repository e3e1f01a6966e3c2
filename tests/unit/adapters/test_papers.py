"""Official papers: the same bytes every time, nothing typed is markup, one changed byte is noticed."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from importlib import resources

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow_app.adapters import signed_pdf
from workflow_app.adapters.typesetting import Typst
from workflow_app.cli.main import main
from workflow_app.kernel.errors import Refused

AT = datetime(2026, 3, 18, 2, 12, tzinfo=UTC)
DATA = {
    "title": "补正通知书",
    "number": "赣环气候补字〔2026〕12号",
    "issuer": "江西省生态环境厅",
    "recipient": "滨湖演示合作社",
    "project": "都昌县稻田节水灌溉甲烷减排",
    "date": "2026年11月9日",
    "received-on": "2026年11月2日",
    "what": "项目申请材料",
    "provisional": False,
    "due-on": "2026年12月7日",
    "days": "20",
    "items": [{"name": "监测计划", "remark": '䶮㛃 #panic("x") *粗* $x$ @ref <label> \\u{41}'}],
    "keywords": [signed_pdf.BLANK],
}


def _files() -> dict[str, bytes]:
    folder = resources.files("bpmn").joinpath("documents")
    return {f"documents/{entry.name}": entry.read_bytes() for entry in folder.iterdir()}


@pytest.fixture(scope="module")
def paper() -> bytes:
    return Typst().pdf(_files(), "correction_notice", DATA, AT)


def test_the_same_data_gives_the_same_bytes(paper) -> None:
    again = Typst().pdf(_files(), "correction_notice", dict(reversed(DATA.items())), AT)
    assert hashlib.sha256(again).digest() == hashlib.sha256(paper).digest()
    other = Typst().pdf(_files(), "correction_notice", {**DATA, "days": "21"}, AT)
    assert other != paper


def test_it_declares_pdf_a_and_pdf_ua_and_its_language(paper) -> None:
    assert b"<pdfaid:part>2</pdfaid:part>" in paper
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in paper
    assert b"<pdfuaid:part>1</pdfuaid:part>" in paper
    assert b"/Lang" in paper


@pytest.mark.parametrize(
    "source",
    [
        '#read("/etc/passwd")',
        '#read("../../setup.cfg")',
        '#import "@preview/cetz:0.3.0": *',
        "#while true {}",
        "#let f(n) = f(n + 1)\n#f(0)",
        "#panic()",
        "#(",
    ],
)
def test_a_hostile_template_is_refused_in_words(source) -> None:
    files = {**_files(), "documents/bad.typ": source.encode()}
    with pytest.raises(Refused, match="文书模板“bad”不能成文"):
        Typst().pdf(files, "bad", DATA, AT)


def test_a_missing_template_and_one_out_of_its_folder_are_refused() -> None:
    with pytest.raises(Refused, match="没有文书模板"):
        Typst().pdf(_files(), "../secret", DATA, AT)
    with pytest.raises(Refused, match="不合规定"):
        Typst().pdf({**_files(), "documents/a/b.typ": b"x"}, "correction_notice", DATA, AT)


def test_a_signed_paper_is_valid_under_its_own_key_alone(paper) -> None:
    key, other = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))
    signed = signed_pdf.sign(paper, key)
    public = key.public_key()
    assert signed_pdf.check(signed, {signed_pdf.key_id(public): public}).algorithm == "Ed25519"
    with pytest.raises(signed_pdf.NotSigned, match="不在公布的密钥之列"):
        signed_pdf.check(signed, {signed_pdf.key_id(other.public_key()): other.public_key()})
    with pytest.raises(signed_pdf.NotSigned, match="签名与内容不符"):
        signed_pdf.check(signed, {signed_pdf.key_id(public): other.public_key()})
    with pytest.raises(signed_pdf.NotSigned, match="尚未签名"):
        signed_pdf.check(paper, {signed_pdf.key_id(public): public})
    with pytest.raises(signed_pdf.NotSigned, match="没有完整的签名"):
        signed_pdf.check(b"%PDF-1.7", {signed_pdf.key_id(public): public})
    with pytest.raises(signed_pdf.NotSigned, match="没有预留签名位置"):
        signed_pdf.sign(signed, key)


@settings(max_examples=300)
@given(data=st.data())
def test_one_changed_byte_anywhere_is_noticed(paper, data) -> None:
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    keys = {signed_pdf.key_id(key.public_key()): key.public_key()}
    signed = bytearray(signed_pdf.sign(paper, key))
    marks = [match.start() for match in signed_pdf._MARK.finditer(bytes(signed))]
    nearby = st.sampled_from([at + offset for at in marks for offset in range(-4, 130)])
    place = data.draw(st.one_of(st.integers(0, len(signed) - 1), nearby))
    signed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(signed_pdf.NotSigned):
        signed_pdf.check(bytes(signed), keys)


def test_what_follows_or_precedes_the_file_is_noticed(paper) -> None:
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    keys = {signed_pdf.key_id(key.public_key()): key.public_key()}
    signed = signed_pdf.sign(paper, key)
    for changed in (signed + b"\n", b"\n" + signed, signed + signed):
        with pytest.raises(signed_pdf.NotSigned):
            signed_pdf.check(changed, keys)


def test_the_command_checks_a_file_with_a_key_and_nothing_else(paper, tmp_path, monkeypatch) -> None:
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    good, bad, published = tmp_path / "a.pdf", tmp_path / "b.pdf", tmp_path / "key.txt"
    good.write_bytes(signed_pdf.sign(paper, key))
    bad.write_bytes(good.read_bytes().replace(b"/Lang", b"/lang", 1))
    published.write_text(signed_pdf.published(key.public_key()), encoding="ascii")
    monkeypatch.setenv("JCER_DATABASE_URL", "postgresql://nowhere.invalid/x")
    run = CliRunner()
    fine = run.invoke(main, ["certificate", "verify", str(good), "--key", str(published)])
    assert (fine.exit_code, "有效。签名算法 Ed25519" in fine.output) == (0, True)
    changed = run.invoke(main, ["certificate", "verify", str(bad), "--key", published.read_text("ascii")])
    assert (changed.exit_code, "签名与内容不符，文件已被改动" in changed.output) == (1, True)
    nonsense = run.invoke(main, ["certificate", "verify", str(good), "--key", "x"])
    assert (nonsense.exit_code, "不是公布的 Ed25519 公钥" in nonsense.output) == (1, True)
