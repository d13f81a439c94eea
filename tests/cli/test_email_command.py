"""`portfolio-scan email` and `outbox`, with a real mail server on this machine."""

from __future__ import annotations

import email
import json
import re
import socket
from email.policy import default
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from mail_server import DROP, PASSWORD, USER, make_certificate, serve
from portfolios import make_scan
from portfolios.hostile import HEADERS, UNSEEN

from portfolio_scan.cli.main import run
from portfolio_scan.errors import ExitCode
from portfolio_scan.report import load_json, render_html, render_json
from portfolio_scan.report.reader import Reader

if TYPE_CHECKING:
    from email.message import EmailMessage

TO, FROM = "jo@example.net", "hiring@example.net"


@pytest.fixture(autouse=True)
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "outbox"
    monkeypatch.setenv("PORTFOLIO_SCAN_OUTBOX", str(folder))
    monkeypatch.delenv("PORTFOLIO_SCAN_SMTP_PASSWORD", raising=False)
    return folder


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    return waited


@pytest.fixture(scope="session")
def scan_text() -> str:
    return render_json(make_scan(3, hostile=False))


@pytest.fixture
def stored(scan_text: str) -> Path:
    path = Path("scan.json").resolve()
    path.write_text(scan_text, encoding="utf-8")
    return path


def mail(target: object, *arguments: object) -> int:
    return run(["email", str(target), *map(str, arguments)])


def send(inbox: Any, target: object, *arguments: object, user: str = "", to: str = TO) -> int:
    url = f"smtp://{user and user + '@'}127.0.0.1:{inbox.port}"
    return mail(target, "--to", to, "--from", FROM, "--smtp-url", url, *arguments)


def parse(data: bytes) -> EmailMessage:
    return email.message_from_bytes(data, policy=default)  # type: ignore[return-value]


def test_a_stored_scan_arrives_as_it_was_rendered(stored: Path, scan_text: str) -> None:
    with serve() as inbox:
        assert send(inbox, stored) == ExitCode.DONE
    (envelope,) = inbox.messages
    assert (envelope.mail_from, envelope.rcpt_tos) == (FROM, [TO])
    message = parse(envelope.content)
    assert (message["From"], message["To"]) == (FROM, TO)
    _, _, text, _, html, light, dark, page = message.walk()
    scan = load_json(scan_text)
    assert page.get_content() == render_html(scan)
    assert page.get_filename() == f"{scan.subject.label}.html"
    assert scan.subject.label in text.get_content()
    assert f"cid:{light['Content-ID'].strip('<>')}" in html.get_content()
    assert f"cid:{dark['Content-ID'].strip('<>')}" in html.get_content()
    assert len(light.get_content()) > 40_000
    assert not [part.defects for part in message.walk() if part.defects]


def test_the_second_run_sends_nothing_and_says_so(
    stored: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serve() as inbox:
        assert send(inbox, stored) == ExitCode.DONE
        assert send(inbox, stored) == ExitCode.DONE
        assert "was sent this on" in capsys.readouterr().err
        assert len(inbox.messages) == 1
        assert send(inbox, stored, "--again") == ExitCode.DONE
    first, second = (parse(each.content)["Message-ID"] for each in inbox.messages)
    assert first == second


def test_the_page_is_for_whom_it_is_said_to_be(stored: Path, scan_text: str) -> None:
    with serve() as inbox:
        assert send(inbox, stored, "--audience", "candidate") == ExitCode.DONE
        # Another reader's copy is no second sending of the same.
        assert send(inbox, stored, "--audience", "auditor") == ExitCode.DONE
        assert mail(stored, "--eml", "-", "--audience", "everybody") == ExitCode.USAGE
    pages = [list(parse(one.content).walk())[-1].get_content() for one in inbox.messages]
    scan = load_json(scan_text)
    assert pages == [render_html(scan, Reader.CANDIDATE), render_html(scan, Reader.AUDITOR)]


def test_each_recipient_gets_a_message_of_its_own(stored: Path) -> None:
    with serve() as inbox:
        assert send(inbox, stored, "--to", "Ed <ed@example.net>", "--to", TO) == ExitCode.DONE
    assert [envelope.rcpt_tos for envelope in inbox.messages] == [[TO], ["ed@example.net"]]
    ids = {parse(envelope.content)["Message-ID"] for envelope in inbox.messages}
    assert len(ids) == 2
    assert b"jo@example.net" not in inbox.messages[1].content


def test_one_refused_recipient_does_not_keep_the_other_from_it(
    stored: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serve() as inbox:
        inbox.at_rcpt.append("550 no such user")
        code = send(inbox, stored, "--to", "ed@example.net")
    assert code == ExitCode.DELIVERY_FAILED == 6
    assert [envelope.rcpt_tos for envelope in inbox.messages] == [["ed@example.net"]]
    said = capsys.readouterr().err
    assert "550 no such user" in said
    assert "sent to ed@example.net" in said
    assert "Traceback" not in said


def test_what_waits_is_listed_sent_and_dropped(
    stored: Path, capsys: pytest.CaptureFixture[str], impatient: list[float]
) -> None:
    with serve() as inbox:
        inbox.at_rcpt += ["450 later"] * 4
        assert send(inbox, stored) == ExitCode.DELIVERY_FAILED
        assert impatient == [2.0, 8.0, 30.0]
        assert "outbox send" in capsys.readouterr().err
        assert run(["outbox", "list"]) == ExitCode.DONE
        line = capsys.readouterr().out
        assert re.match(r"[0-9a-f]{32}  queued     2\S+  jo@example.net  .*450 later", line)
        url = f"smtp://127.0.0.1:{inbox.port}"
        assert run(["outbox", "send", "--smtp-url", url]) == ExitCode.DONE
        assert len(inbox.messages) == 1
        assert run(["outbox", "send", "--smtp-url", url, line[:32]]) == ExitCode.USAGE
        assert "--again" in capsys.readouterr().err
        assert run(["outbox", "drop", line[:32]]) == ExitCode.DONE
        capsys.readouterr()
        assert run(["outbox", "list"]) == ExitCode.DONE
        assert capsys.readouterr().out == ""
        assert run(["outbox", "drop", line[:32]]) == ExitCode.USAGE


def test_what_may_have_arrived_waits_for_a_person(
    stored: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serve() as inbox:
        inbox.at_data.append(DROP)
        assert send(inbox, stored) == ExitCode.DELIVERY_FAILED
        assert send(inbox, stored) == ExitCode.DELIVERY_FAILED
        assert "may have reached jo@example.net" in capsys.readouterr().err
        assert len(inbox.messages) == 1
        assert send(inbox, stored, "--again") == ExitCode.DONE
    assert len(inbox.messages) == 2


def test_the_password_comes_from_the_environment_or_a_file_of_ones_own(
    stored: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    box: Path,
) -> None:
    certificate, authority = make_certificate("127.0.0.1", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    secret = Path("secret")
    secret.write_text(f"{PASSWORD}\n")
    secret.chmod(0o644)
    with serve(auth=True, starttls=certificate) as inbox:
        assert send(inbox, stored, user=USER) == ExitCode.USAGE
        assert "there is no password for hiring" in capsys.readouterr().err.lower()
        with_file = ("--smtp-password-file", secret)
        assert send(inbox, stored, *with_file, user=USER) == ExitCode.USAGE
        assert "chmod 600" in capsys.readouterr().err
        secret.chmod(0o600)
        assert send(inbox, stored, *with_file, user=USER) == ExitCode.DONE
        monkeypatch.setenv("PORTFOLIO_SCAN_SMTP_PASSWORD", PASSWORD)
        assert send(inbox, stored, "-v", user=USER, to="ed@example.net") == ExitCode.DONE
        monkeypatch.setenv("PORTFOLIO_SCAN_SMTP_PASSWORD", "hunter2")
        assert send(inbox, stored, "-vv", user=USER, to="x@example.net") == 6
    said = capsys.readouterr()
    kept = b"".join(path.read_bytes() for path in box.iterdir())
    for word in (PASSWORD, "hunter2"):
        assert word not in said.err + said.out
        assert word.encode() not in kept


def test_a_message_in_a_file(stored: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert mail(stored, "--eml", "out/a.eml") == ExitCode.DONE
    draft = parse(Path("out/a.eml").read_bytes())
    assert draft["X-Unsent"] == "1"
    assert draft["To"] is None
    assert b"wrote out/a.eml" in capsysbinary.readouterr().err
    assert mail(stored, "--eml", "-", "--to", TO, "--from", FROM, "-q") == ExitCode.DONE
    said = capsysbinary.readouterr()
    assert parse(said.out)["To"] == TO
    assert said.err == b""


def test_a_link_in_place_of_the_attachment(
    stored: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    link = "https://dossiers.example/mira?a=1&b=2"
    assert mail(stored, "--eml", "-", "--link", link) == ExitCode.DONE
    message = parse(capsysbinary.readouterr().out)
    assert "attachment" not in {part.get_content_disposition() for part in message.walk()}
    text = message.get_body(("plain",))
    assert text
    assert link in text.get_content()


def test_a_fragment(stored: Path, capsys: pytest.CaptureFixture[str], box: Path) -> None:
    assert mail(stored, "--fragment", "--link", "https://dossiers.example/x") == ExitCode.DONE
    said = capsys.readouterr().out
    assert said.startswith("<table")
    assert "https://dossiers.example/x" in said
    assert not box.exists()


def test_a_folder_is_scanned_first(project: Path) -> None:
    with serve() as inbox:
        assert send(inbox, project) == ExitCode.DONE
    page = list(parse(inbox.messages[0].content).walk())[-1]
    assert page.get_filename() == "project.html"


def test_nothing_to_scan_sends_nothing(tmp_path: Path, box: Path) -> None:
    (tmp_path / "empty").mkdir()
    with serve() as inbox:
        assert send(inbox, tmp_path / "empty") == ExitCode.NOTHING_TO_SCAN
    assert inbox.messages == []
    assert not box.exists()


SEND = ("--to", TO, "--from", FROM, "--smtp-url", "smtp://127.0.0.1:1")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "It takes --to, --from and --smtp-url"),
        (("--to", TO), "It takes --to, --from and --smtp-url"),
        ((*SEND[:4],), "It takes --to, --from and --smtp-url"),
        ((*SEND, "--eml", "x"), "exclude each other"),
        ((*SEND, "--fragment"), "exclude each other"),
        (("--fragment", "--to", TO), "neither sender nor recipient"),
        (("--eml", "x", "--to", TO, "--to", "b@example.net"), "one message"),
        (("--eml", "x", "--to", "a@b\r\nBcc: c@d"), "--to"),
        (("--eml", "x", "--from", "nobody"), "--from"),
        (("--eml", "x", "--link", "javascript:alert(1)"), "--link"),
        ((*SEND[:4], "--smtp-url", "smtp://a:hunter2@host"), "holds a password"),
        ((*SEND[:4], "--smtp-url", "smtp://a@host", "--smtp-password-file", "none"), "cannot be"),
    ],
)
def test_what_does_not_go_together_is_told_before_any_work(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str], box: Path
) -> None:
    assert mail("no-such-scan.json", *arguments) == ExitCode.USAGE
    told = capsys.readouterr()
    assert said in told.err
    assert "hint:" in told.err
    assert len(told.err.splitlines()) == 2
    assert "hunter2" not in told.err
    assert told.out == ""
    assert not box.exists()
    assert not Path("x").exists()


@pytest.mark.parametrize("content", ["", "{}", "[", '{"schema": "portfolio-scan/scan/99"}'])
def test_a_file_that_is_no_scan(content: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.json").write_text(content)
    assert mail("bad.json", "--eml", "x.eml") == ExitCode.USAGE
    assert "Traceback" not in capsys.readouterr().err
    assert not Path("x.eml").exists()


def test_no_server_is_told_in_two_lines(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"smtp://127.0.0.1:{taken.getsockname()[1]}"
        code = mail(stored, "--to", TO, "--from", FROM, "--smtp-url", url)
    assert code == ExitCode.DELIVERY_FAILED
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2
    assert "Connection refused" in said[0]
    assert said[1].startswith("  hint: ")


FREE = {"label", "name", "message", "text", "reason", "description", "path", "note", "snippet"}


def test_no_address_but_that_of_to_is_ever_written_to() -> None:
    # Everything of a portfolio is replaced by addresses, as somebody would plant them.
    planted = "eve@evil.example"
    document = json.loads(render_json(make_scan(3)))

    def plant(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: plant(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [plant(each, key) for each in value]
        free = isinstance(value, str) and key in FREE
        return f"{planted}\r\nBcc: {planted}\r\nTo: {planted}" if free else value

    Path("planted.json").write_text(json.dumps(plant(document)))
    with serve() as inbox:
        assert send(inbox, "planted.json") == ExitCode.DONE
    (envelope,) = inbox.messages
    assert envelope.rcpt_tos == [TO]
    message = parse(envelope.content)
    assert [message["To"], message["Cc"], message["Bcc"], message["Reply-To"]] == [
        TO,
        None,
        None,
        None,
    ]
    for part in message.walk():
        assert not part.defects
        assert set(part.keys()) <= {
            "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version",
            "X-Auto-Response-Suppress", "Content-Type", "Content-Transfer-Encoding",
            "Content-Disposition", "Content-ID",
        }  # fmt: skip


@pytest.mark.parametrize("text", HEADERS + UNSEEN, ids=range(len(HEADERS + UNSEEN)))
def test_hostile_names_bring_no_header_and_no_file_name(text: str) -> None:
    document = json.loads(render_json(make_scan(1, hostile=False)))
    document["subject"]["label"] = text.encode("utf-8", "replace").decode()
    Path("hostile.json").write_text(json.dumps(document))
    assert mail("hostile.json", "--eml", "a.eml", "--to", TO, "--from", FROM) == ExitCode.DONE
    message = parse(Path("a.eml").read_bytes())
    assert message["Bcc"] is None
    assert message["Subject"].startswith("Evidence dossier: ")
    assert len(message["Subject"]) <= 78
    names = [part.get_filename() for part in message.walk() if part.get_filename()]
    assert len(names) == 3
    for name in names:
        assert re.fullmatch(r"[A-Za-z0-9_][\w.-]*\.(html|png)", name, re.ASCII), name
    assert not [part.defects for part in message.walk() if part.defects]
