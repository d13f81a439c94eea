"""Sending what is in the outbox: again after what passes, never after what may have arrived.

What is promised: a message is on disk before the first attempt and stays there until a server has
taken it; a message that a server has taken is not sent again. Between the last byte of a message
and the server's answer nobody can know which holds. There the delivery becomes `uncertain`, and a
person decides; the Message-ID stays the same, so that mail programs can tell the copy.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from portfolio_scan.delivery.outbox import Delivery, Held, Outbox, State
from portfolio_scan.delivery.smtp import Server, TryAgain, hand_over
from portfolio_scan.errors import (
    DeliveryError,
    DeliveryRefused,
    DeliveryUncertain,
    PortfolioScanError,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

_log = logging.getLogger(__name__)
PAUSES: Final = (2.0, 8.0, 30.0)
"""Seconds before each further attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A mail server, with what is needed to wait for it."""

    server: Server
    password: str
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    pauses: tuple[float, ...] = PAUSES

    def __repr__(self) -> str:
        """Leave the password out."""
        return f"Post({self.server})"

    def now(self) -> str:
        """Give the instant, to the second."""
        return self.clock().isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A delivery that a server has taken."""

    delivery: Delivery
    before: bool
    """By an earlier run: nothing was sent this time."""


def send(
    outbox: Outbox, delivery: Delivery, message: bytes, post: Post, *, again: bool = False
) -> Sent:
    """Put a message in the outbox and send it.

    One that was sent before is left alone. One that may have been is refused with
    DeliveryUncertain, unless `again` says to send it once more.
    """
    with outbox.hold(delivery.key) as held:
        known = held.delivery
        if known and not again:
            if known.state is State.SENT:
                return Sent(delivery=known, before=True)
            _refuse_uncertain(known)
        held.queue(delivery, message)
        return Sent(delivery=_attempt(held, post), before=False)


def send_waiting(
    outbox: Outbox, post: Post, again: frozenset[str] = frozenset()
) -> list[tuple[Delivery, PortfolioScanError | None]]:
    """Send all that waits, and what of the uncertain is named in `again`; what became of each."""
    results: list[tuple[Delivery, PortfolioScanError | None]] = []
    for one in outbox.deliveries():
        if one.state in {State.SENT, State.FAILED} and one.key not in again:
            continue
        with outbox.hold(one.key) as held:
            if held.delivery is None or held.delivery.state is State.SENT:
                continue
            try:
                if one.key not in again:
                    _refuse_uncertain(held.delivery)
                results.append((_attempt(held, post), None))
            except PortfolioScanError as error:
                results.append((held.delivery, error))
    return results


def _refuse_uncertain(delivery: Delivery) -> None:
    if delivery.state is State.UNCERTAIN:
        raise DeliveryUncertain(
            f"this message may have reached {delivery.recipient} before: {delivery.detail}",
            "ask there, then give --again to send it once more, or drop it from the outbox",
        )


def _attempt(held: Held, post: Post) -> Delivery:
    """Hand over, again after each pause as long as the server is only busy or out of reach."""
    message = held.message()
    for pause in (*post.pauses, None):
        try:
            _hand_over_once(held, message, post)
        except TryAgain as error:
            if pause is None:
                raise TryAgain(
                    error.message, "it waits in the outbox: portfolio-scan outbox send"
                ) from error
            _log.info("%s; trying again in %g s", error.message, pause)
            post.sleep(pause)
        else:
            break
    assert held.delivery is not None  # noqa: S101 - for the type checker
    return held.delivery


def _hand_over_once(held: Held, message: bytes, post: Post) -> None:
    assert held.delivery is not None  # noqa: S101 - for the type checker
    try:
        hand_over(
            message,
            sender=held.delivery.sender,
            recipient=held.delivery.recipient,
            server=post.server,
            password=post.password,
            before_data=lambda: held.mark(State.SENDING, post.now()),
        )
    except DeliveryUncertain as error:
        held.mark(State.UNCERTAIN, post.now(), error.message)
        raise DeliveryUncertain(
            error.message, "ask the recipient; --again sends it once more"
        ) from error
    except DeliveryRefused as error:
        held.mark(State.FAILED, post.now(), error.message)
        raise
    except DeliveryError as error:
        held.mark(State.QUEUED, post.now(), error.message)
        raise
    held.mark(State.SENT, post.now())
