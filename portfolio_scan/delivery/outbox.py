"""The outbox: messages on disk until a server has taken them.

One delivery is one scan to one recipient, and has two files: `KEY.json`, its state, and `KEY.eml`,
the message, which is deleted once it is sent. Whoever changes one holds the lock `KEY.lock`, which
the system lets go when the process ends, however it ends.

`sending` is written before the first byte of the message goes out. Who finds it without a sender
knows that one died in between: whether the server took the message cannot be told from here, so it
becomes `uncertain`, which is never sent again without being told to.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from portfolio_scan.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator

PRIVATE_FILE: Final = 0o600
PRIVATE_FOLDER: Final = 0o700


class State(StrEnum):
    """What became of a delivery."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message to one recipient."""

    key: str
    sender: str
    recipient: str
    state: State
    changed: str
    """When its state was last written, in UTC."""
    attempts: int = 0
    """How many have come to an end."""
    detail: str = ""
    """What the server said last; never anything about the candidate."""
    subjects: tuple[str, ...] = ()
    """Whom the message is about, as `delivery.subjects` names them; empty: it cannot be told."""


class Outbox:
    """A folder of deliveries, made when first used, for its owner only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def deliveries(self) -> list[Delivery]:
        """List all, oldest change first."""
        try:
            found = [self._read(path) for path in self.folder.glob("*.json")]
        except OSError as error:
            raise _unusable(self.folder, error) from error
        return sorted((one for one in found if one), key=lambda one: (one.changed, one.key))

    @contextmanager
    def hold(self, key: str) -> Iterator[Held]:
        """Hold one delivery alone, waiting for whoever holds it now."""
        try:
            self.folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            descriptor = os.open(self.folder / f"{key}.lock", os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
        except OSError as error:
            raise _unusable(self.folder, error) from error
        try:
            _lock(descriptor)
            yield Held(self, key)
        finally:
            os.close(descriptor)

    def read(self, key: str) -> Delivery | None:
        """Give what is known of a delivery; None: nothing."""
        return self._read(self.folder / f"{key}.json")

    def _read(self, path: Path) -> Delivery | None:
        try:
            return msgspec.json.decode(path.read_bytes(), type=Delivery)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as error:
            raise OutputError(
                f"the outbox cannot read {path}: {error}",
                "whether this message was sent can no longer be told; move the file away to go on",
            ) from error


class Held:
    """One delivery, while its lock is held."""

    def __init__(self, outbox: Outbox, key: str) -> None:
        self._folder = outbox.folder
        self._key = key
        self.delivery = outbox.read(key)
        if self.delivery and self.delivery.state is State.SENDING:
            # Nobody else holds it, so whoever wrote this has died.
            self._write(
                replace(
                    self.delivery,
                    state=State.UNCERTAIN,
                    detail="the program ended while it was handing the message over",
                )
            )

    def queue(self, delivery: Delivery, message: bytes) -> None:
        """Put a message in, or in place of one that was not sent; it is on disk afterwards."""
        self._put(f"{self._key}.eml", message)
        self._write(replace(delivery, state=State.QUEUED))

    def message(self) -> bytes:
        """Give the message that waits."""
        try:
            return (self._folder / f"{self._key}.eml").read_bytes()
        except OSError as error:
            raise _unusable(self._folder, error) from error

    def mark(self, state: State, now: str, detail: str = "") -> None:
        """Write a new state, and delete the message once it is sent."""
        if self.delivery is None:
            raise ValueError("nothing was put in")
        self._write(
            replace(
                self.delivery,
                state=state,
                changed=now,
                detail=detail,
                attempts=self.delivery.attempts + (state is not State.SENDING),
            )
        )
        if state is State.SENT:
            (self._folder / f"{self._key}.eml").unlink(missing_ok=True)

    def drop(self) -> None:
        """Forget the delivery altogether."""
        try:
            # Files that were being written when a program died begin with a dot.
            for path in self._folder.glob(f".{self._key}.*"):
                path.unlink(missing_ok=True)
            for ending in ("eml", "json"):
                (self._folder / f"{self._key}.{ending}").unlink(missing_ok=True)
        except OSError as error:
            raise _unusable(self._folder, error) from error
        self.delivery = None

    def _write(self, delivery: Delivery) -> None:
        self._put(f"{self._key}.json", msgspec.json.format(msgspec.json.encode(delivery)))
        self.delivery = delivery

    def _put(self, name: str, content: bytes) -> None:
        """Write a file whole, and have it on the disk before going on."""
        temporary = ""
        try:
            descriptor, temporary = tempfile.mkstemp(dir=self._folder, prefix=f".{name}-")
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            Path(temporary).replace(self._folder / name)
            _sync_folder(self._folder)
        except OSError as error:
            if temporary:
                Path(temporary).unlink(missing_ok=True)
            raise _unusable(self._folder, error) from error


if sys.platform == "win32":  # pragma: no cover - the tests run elsewhere
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)

    def _sync_folder(folder: Path) -> None:
        """Do nothing: Windows has no such call."""

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)

    def _sync_folder(folder: Path) -> None:
        """Have the new name on the disk too."""
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _unusable(folder: Path, error: OSError) -> OutputError:
    return OutputError(
        f"the outbox {folder} cannot be used: {error.strerror or error}",
        "name another folder in PORTFOLIO_SCAN_OUTBOX",
    )
