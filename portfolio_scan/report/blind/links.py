"""Links and addresses in a text, and what they tell about whose they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

_PERSONAL: Final = (
    r"github\.com|gitlab\.com|bitbucket\.org|codeberg\.org|gist\.github\.com"
    r"|(?:[\w-]+\.)?linkedin\.com|lnkd\.in|twitter\.com|x\.com|kaggle\.com|huggingface\.co|hf\.co"
    r"|medium\.com|dev\.to|t\.me|instagram\.com|facebook\.com|youtube\.com|youtu\.be|orcid\.org"
    r"|scholar\.google\.[a-z.]+|researchgate\.net|stackoverflow\.com|leetcode\.com|wandb\.ai"
    r"|dagshub\.com|hub\.docker\.com|bsky\.app|mastodon\.[a-z]+|buymeacoffee\.com|patreon\.com"
    r"|ko-fi\.com|calendly\.com|about\.me|linktr\.ee|hackerrank\.com|zenodo\.org|credly\.com"
    r"|substack\.com|colab\.research\.google\.com|share\.streamlit\.io|replicate\.com"
)
_PAGES: Final = (
    r"github\.io|gitlab\.io|medium\.com|substack\.com|hashnode\.dev|netlify\.app|vercel\.app"
    r"|herokuapp\.com|streamlit\.app|hf\.space|pages\.dev|readthedocs\.io|onrender\.com"
    r"|wordpress\.com|blogspot\.com|bsky\.social|azurewebsites\.net|web\.app|firebaseapp\.com"
    r"|fly\.dev|up\.railway\.app|notion\.site|weebly\.com|wixsite\.com"
)
"""Hosts whose subdomains people name after themselves."""
_END = r"[^\s<>\"'`{}|\\^\[\]()]"
_LINK = re.compile(
    rf"""(?ix)
    \b[a-z][a-z0-9+.-]{{1,15}}://(?=[^\s"'<>]{{0,300}}\w)(?:{_END}|\([^\s()]*\))+
    | \bwww\.(?:{_END}|\([^\s()]*\))+
    | (?<![\w.@/-])(?:www\.)?(?:{_PERSONAL})/(?:{_END})+
    | (?<![\w.@/-])[a-z0-9][a-z0-9-]{{0,62}}\.(?:{_PAGES})\b(?:/{_END}*)?
    | \b(?:git|ssh|hg)@[\w.-]+:{_END}+
    | \bmailto:{_END}+
    """
)
_AT = r"(?:@|\(at\)|\[at\]|\{at\}|<at>|&\#64;|%40)"
_DOT = r"(?:\.|\(dot\)|\[dot\]|\{dot\})"
_MAIL = re.compile(
    rf"""(?ix)
    (?<![\w.+%-])[\w.+%-]{{1,64}}
    [ ]?{_AT}[ ]?[\w-]+(?:[ ]?{_DOT}[ ]?[\w-]+)*[ ]?{_DOT}[ ]?[a-z]{{2,18}}\b
    | (?<![\w.+%-])[\w.+%-]{{1,64}}@[\w.-]*(?=\u2026)
    | (?<![\w.+-])[\w.+-]{{1,64}}[ ]at[ ][\w-]+(?:[ ]dot[ ][\w-]+)+\b
    """
)
_PUBLIC: Final = frozenset(
    [
        "pytorch.org",
        "tensorflow.org",
        "keras.io",
        "scikit-learn.org",
        "numpy.org",
        "scipy.org",
        "pandas.pydata.org",
        "matplotlib.org",
        "seaborn.pydata.org",
        "docs.python.org",
        "python.org",
        "archive.ics.uci.edu",
        "localhost",
        "127.0.0.1",
        "json-schema.org",
        "www.w3.org",
        "opensource.org",
        "www.apache.org",
        "creativecommons.org",
        "spdx.org",
        "mlflow.org",
        "fastapi.tiangolo.com",
        "xgboost.readthedocs.io",
        "lightgbm.readthedocs.io",
        "download.pytorch.org",
        "storage.googleapis.com",
        "api.openai.com",
        "example.com",
        "example.org",
        "www.tensorflow.org",
        "www.python.org",
    ]
)
"""Hosts on which nobody has a page: links there say what was used, not by whom."""
_PROFILES: Final = re.compile(
    r"(?i)^(?:[\w-]+\.)?(?:linkedin\.com/(?:in|pub)|twitter\.com|x\.com|t\.me|instagram\.com"
    r"|medium\.com|dev\.to|facebook\.com|bsky\.app/profile|leetcode\.com(?:/u)?|hackerrank\.com"
    r"|kaggle\.com|calendly\.com|patreon\.com|buymeacoffee\.com|ko-fi\.com|linktr\.ee|about\.me"
    r"|hub\.docker\.com/(?:r|u)|wandb\.ai|dagshub\.com|mastodon\.[a-z]+)/@?([^/?#\s]{2,60})"
)
_NO_PROFILES: Final = frozenset(
    [
        "datasets",
        "competitions",
        "c",
        "code",
        "kernels",
        "learn",
        "models",
        "notebooks",
        "docs",
        "home",
        "share",
        "intent",
        "search",
        "hashtag",
        "i",
        "in",
        "pub",
        "watch",
        "account",
        "settings",
        "organizations",
        "blog",
        "topics",
        "tag",
        "r",
        "u",
        "site",
    ]
)
_TRAIL = ".,;:!?*_~"
_PUBLIC_MAIL: Final = frozenset(
    [
        "gmail",
        "googlemail",
        "outlook",
        "hotmail",
        "live",
        "yahoo",
        "icloud",
        "me",
        "proton",
        "protonmail",
        "gmx",
        "web",
        "posteo",
        "mail",
        "aol",
        "qq",
        "163",
        "126",
        "yandex",
        "zoho",
        "fastmail",
        "users",
        "example",
    ]
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link, with or without its scheme."""

    start: int
    end: int
    target: str


def find_links(text: str) -> Iterator[Link]:
    """Find the links of a text that could tell whose it is."""
    if "/" not in text and "." not in text and ":" not in text:
        return
    for match in _LINK.finditer(text):
        target = match[0].rstrip(_TRAIL)
        if not is_public(target):
            yield Link(match.start(), match.start() + len(target), target)


def find_mails(text: str) -> Iterator[re.Match[str]]:
    """Find the e-mail addresses of a text, those too that are written to be read by people only."""
    return _MAIL.finditer(text)


def is_public(link: str) -> bool:
    """Whether a link leads to a place where nobody has a page."""
    try:
        parts = urlsplit(link if "://" in link else f"//{link}")
    except ValueError:
        return False
    if parts.scheme not in {"http", "https", ""} or "@" in parts.netloc:
        return False
    host = parts.hostname or ""
    return host in _PUBLIC or (
        host.removeprefix("www.") == "kaggle.com"
        and parts.path.startswith(("/c/", "/competitions/"))
    )


def handle_of_link(link: str) -> str:
    """Give the name under which somebody has a page there; empty: no page of a person."""
    bare = re.sub(r"(?i)^[a-z]+://(?:www\.)?|^www\.", "", link)
    match = _PROFILES.match(bare)
    if match is None or match[1].lower() in _NO_PROFILES:
        return ""
    name = unquote(match[1]).strip("@")
    # LinkedIn ends the names of several people who are called the same with letters and digits.
    return re.sub(r"-(?=[0-9a-f]*\d)[0-9a-f]{5,10}$", "", name)


def names_of_mail(mail: str) -> tuple[str, str]:
    """Give the part before the `@` and, where the domain is no provider's, the domain."""
    plain = re.sub(r"(?i)\s*(?:\(at\)|\[at\]|\{at\}|<at>|\sat\s|&#64;|%40)\s*", "@", mail)
    plain = re.sub(r"(?i)\s*(?:\(dot\)|\[dot\]|\{dot\}|\sdot\s)\s*", ".", plain)
    local, _, domain = plain.partition("@")
    own = domain.split(".")[0].lower() not in _PUBLIC_MAIL and domain.count(".") == 1
    # GitHub's own addresses are a number and the handle; others may have a tag behind a plus.
    local = re.sub(r"^\d+\+", "", local).partition("+")[0]
    return local, domain if own else ""
