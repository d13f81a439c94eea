"""The dossier as a message: HTML with inlined styles, its twin in plain text, the areas drawn.

A pure function of the scan. Gmail cuts messages off at about 102 KiB of HTML; this one stays below
`MAX_HTML` whatever stands in the scan, by leaving what matters least to the page and counting it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import css_inline
from markupsafe import Markup

from portfolio_scan.errors import UsageError
from portfolio_scan.report.chart_png import DARK, LIGHT, draw_areas
from portfolio_scan.report.mail_text import write_text
from portfolio_scan.report.mail_view import STEPS, MailView, view_mail
from portfolio_scan.report.page import view_scan
from portfolio_scan.report.templates import styles, templates
from portfolio_scan.report.text import neutralise, one_line, safe_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portfolio_scan.model import Scan
    from portfolio_scan.report.chart_png import Colours
    from portfolio_scan.report.view import DossierView

MAX_HTML: Final = 90 * 1024
"""Bytes of HTML after inlining."""
MAX_SUBJECT: Final = 78
_CHARTS: Final = (("areas-light", LIGHT), ("areas-dark", DARK))
_FILLER: Final = Markup("&#847;&nbsp;" * 60)  # noqa: S704 - our own
"""Keeps mail readers from showing the beginning of the message behind the preheader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that the HTML names as `cid:…`."""

    name: str
    content_id: str
    """Tells this picture from those of other messages, which some readers mix up otherwise."""
    png: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A message without addresses."""

    subject: str
    text: str
    html: str
    pictures: tuple[Picture, ...]


def render_mail(scan: Scan, *, attachment: str = "", link: str = "") -> Mail:
    """Render the message about a scan.

    `attachment` is the file name of the page that goes with it, `link` the address where the page
    can be read instead. Raises UsageError when the link is no plain http(s) address.
    """
    page = view_scan(scan)
    link = _checked(link)
    pictures = tuple(_picture(name, page, colours) for name, colours in _CHARTS if page.areas)
    view, html = _fitting(page, attachment, link, pictures)
    return Mail(
        subject=one_line(neutralise(f"Evidence dossier: {page.subject}"), MAX_SUBJECT),
        text=write_text(view),
        html=html,
        pictures=pictures,
    )


def render_fragment(scan: Scan, *, link: str = "") -> str:
    """Render a snippet for somebody else's message: one table, styles inlined, no picture."""
    view = view_mail(view_scan(scan), STEPS[-1], attachment="", link=_checked(link))
    body = templates("mail").get_template("fragment.html.j2").render(mail=view)
    return css_inline.inline_fragment(body, css=styles("mail/fragment.css")).strip() + "\n"


def _checked(link: str) -> str:
    if link and not safe_url(link):
        raise UsageError(
            "the link to the dossier is no plain http or https address",
            "give it as https://host/path, without user name or spaces",
        )
    return link


def _picture(name: str, page: DossierView, colours: Colours) -> Picture:
    png = draw_areas(page.areas, colours)
    mark = hashlib.sha256(png).hexdigest()[:16]
    return Picture(name=f"{name}.png", content_id=f"{name}.{mark}@portfolio-scan", png=png)


def _fitting(
    page: DossierView, attachment: str, link: str, pictures: Sequence[Picture]
) -> tuple[MailView, str]:
    """Leave as much to the page as it takes to keep to the limit."""
    for limits in STEPS[:-1]:
        view = view_mail(page, limits, attachment=attachment, link=link)
        html = _message(view, pictures)
        if len(html.encode("utf-8", "replace")) <= MAX_HTML:
            return view, html
    view = view_mail(page, STEPS[-1], attachment=attachment, link=link)
    return view, _message(view, pictures)


def _message(view: MailView, pictures: Sequence[Picture]) -> str:
    html = (
        templates("mail")
        .get_template("message.html.j2")
        .render(
            mail=view,
            css=styles("mail/screens.css"),
            filler=_FILLER,
            pictures=[each.content_id for each in pictures],
        )
    )
    return _inliner().inline(html.strip()) + "\n"


@cache
def _inliner() -> css_inline.CSSInliner:
    # The style tag in the head holds media queries, which stay as they are.
    return css_inline.CSSInliner(
        inline_style_tags=False,
        keep_style_tags=True,
        extra_css=styles("mail/mail.css"),
        load_remote_stylesheets=False,
    )
