"""Seals hold for one document, one issuer, one instant; mail reaches a relay as it was written."""

from __future__ import annotations

import socketserver
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest

from workflow_app.adapters.messages import KeptMessages, SmtpMessages
from workflow_app.adapters.seals import LocalSeals
from workflow_app.kernel.ports import OutgoingMessage

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
MESSAGE = OutgoingMessage("k-1", "mail", "li@example.cn", "公示期满", "项目公示期已满。")


def test_a_seal_holds_for_what_was_sealed_and_nothing_else() -> None:
    seals = LocalSeals(b"k" * 32, "江西省生态环境厅")
    seal = seals.seal("a" * 64, NOW)
    assert LocalSeals(b"k" * 32, "江西省生态环境厅").verify("a" * 64, seal)
    assert not seals.verify("b" * 64, seal)
    assert not seals.verify("a" * 64, replace(seal, sealed_at=NOW + timedelta(seconds=1)))
    assert not seals.verify("a" * 64, replace(seal, issuer="他人"))
    assert not seals.verify("a" * 64, replace(seal, value="不是"))
    assert not LocalSeals(b"x" * 32, "江西省生态环境厅").verify("a" * 64, seal)


class _Relay(socketserver.StreamRequestHandler):
    received: ClassVar[list[str]] = []

    def handle(self) -> None:
        self.wfile.write(b"220 relay\r\n")
        while line := self.rfile.readline().decode():
            self.received.append(line)
            word = line.strip().upper()
            if word == "DATA":
                self.wfile.write(b"354 go\r\n")
                while (part := self.rfile.readline().decode()) != ".\r\n":
                    self.received.append(part)
                self.wfile.write(b"250 kept\r\n")
            elif word == "QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 ok\r\n")


def test_mail_goes_to_the_relay() -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), _Relay) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        SmtpMessages("127.0.0.1", server.server_address[1], "jcer@example.cn").send(MESSAGE)
        thread.join()
    told = "".join(_Relay.received)
    assert "rcpt TO:<li@example.cn>" in told
    assert "Message-ID: <k-1@example.cn>" in told


def test_no_gateway_is_a_defect_and_no_relay_a_retry() -> None:
    relay = SmtpMessages("127.0.0.1", 1, "jcer@example.cn", timeout=1)
    with pytest.raises(OSError, match=r"refused|Errno"):
        relay.send(MESSAGE)
    with pytest.raises(ValueError, match="sms"):
        relay.send(replace(MESSAGE, kind="sms"))
    KeptMessages().send(MESSAGE)
