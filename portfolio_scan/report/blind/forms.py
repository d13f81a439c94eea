"""Forms in which code, licences, notebooks and READMEs name people.

A form tells a name by what stands around it, so it needs no list of names. `Mention.name` is what
is hidden; where a form is a sure one, the same name is hidden everywhere else in the scan too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from portfolio_scan.report.blind.names import is_ordinary, split

if TYPE_CHECKING:
    from collections.abc import Iterator

_GAP = r"[ \t*_`>\"'\[]*"
_REST = r"[^\n\r|#<>{}()\[\]\"`;\\]{1,90}"
_CAPS = r"(?:[^\W\d_a-z][\w'\u2019.-]{0,30}|de|da|van|von|der|den|del|la|le|al|el|bin|ben|of)"
_CAPITALISED = rf"(?<!\w)[^\W\d_a-z][\w'\u2019.-]{{0,30}}(?:[ \u00a0]{_CAPS}){{0,4}}"
_AUTHORSHIP = (
    r"author|co-?author|created[ _]?by|made[ _]?by|written[ _]?by|developed[ _]?by|built[ _]?by"
    r"|maintained[ _]?by|maintainer|contributor|contact|contact[ _]person|creator|developer|owner"
    r"|prepared[ _]?by|submitted[ _]?by|submitted[ _]?to|presented[ _]?by|supervisor|advisor"
    r"|mentor|instructor|professor|student|candidate|applicant|full[ _]?name|student[ _]?name"
    r"|group[ _]members?|team[ _]members?|last[ _]modified[ _]by|edited[ _]?by|project[ _]lead"
    r"|autor|autora|autorin|autores|auteur|autore|verfasser|verfasserin|ersteller|auteurs|yazar|penulis"
    r"|nama|nombre|alumno|alumna|etudiant|\u00e9tudiant|\u0430\u0432\u0442\u043e\u0440"
    r"|\u4f5c\u8005|\u8457\u8005|\u59d3\u540d|\u6c0f\u540d|\uc791\uc131\uc790|\uc800\uc790"
    r"|\u0627\u0644\u0645\u0624\u0644\u0641|\u05de\u05d7\u05d1\u05e8"
)
_MADE = (
    r"created|made|written|developed|built|maintained|designed|coded|implemented|authored|prepared"
    r"|submitted|presented|supervised|erstellt|hecho|realizado|realizzato|d\u00e9velopp\u00e9"
)
_SITES = (
    r"twitter|telegram|instagram|discord|mastodon|github|gitlab|kaggle|linkedin|skype|wechat|weixin"
    r"|slack|medium|youtube|orcid|hugging[ ]?face|facebook|bluesky|threads|reddit|leetcode|whatsapp"
)
_USERS: Final = frozenset(
    [
        "user",
        "username",
        "ubuntu",
        "root",
        "runner",
        "jovyan",
        "admin",
        "ec2-user",
        "shared",
        "public",
        "default",
        "me",
        "you",
        "name",
        "yourname",
        "user_name",
        "your_name",
        "vscode",
        "codespace",
        "gitpod",
        "work",
        "app",
        "home",
        "workspace",
        "circleci",
    ]
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of a text that names somebody by its form."""

    start: int
    end: int
    name: str
    known_by_it: bool
    """The form is sure enough to look for this name everywhere."""


@dataclass(frozen=True, slots=True)
class _Form:
    pattern: re.Pattern[str]
    sure: bool = True
    ordinary: bool = False
    """Hide even what is made of ordinary words only."""
    weak: bool = False
    """It stands in prose only, and tells a name by strange words alone: `name: Daily Build`."""
    several: bool = False
    """The stretch is a block: each quoted text of it is a name."""


def _form(
    pattern: str,
    *,
    sure: bool = True,
    ordinary: bool = False,
    weak: bool = False,
    several: bool = False,
) -> _Form:
    return _Form(re.compile(pattern), sure=sure, ordinary=ordinary, weak=weak, several=several)


_FORMS: Final = (
    # Author: Jo Doe / @author Jo / :author: Jo / **Author** - Jo / | Author | Jo |
    _form(
        rf"(?im)(?:^|[\s#/@:\\*_|>\"'(-])(?:{_AUTHORSHIP})(?:s|\(s\))?{_GAP}"
        rf"(?:[:\uff1a|]|[ ]-+[ ]){_GAP}(?P<name>{_REST})",
        ordinary=True,
    ),
    _form(
        r"(?im)^[\s#/*%;.!-]*[@\\:.]*(?:module|code|section)?author(?:::|:)?[ \t]+"
        rf"(?P<name>{_REST})"
    ),
    # __author__ = "Jo Doe", author="Jo", 'maintainer': 'Jo', copyright = "2024, Jo Doe"
    _form(
        r"(?i)(?:__)?(?:author|maintainer|credits?|copyright|creator|contact|owner|user(?:_?name)?"
        r"|login|entity|repo_owner|account|handle|kaggle_username|team_?name|full_?name|student"
        r"|first_?name|last_?name|family_?name|given_?name|surname|author_?name|publisher|signature)"
        r"s?(?:__)?[\"']?\s*(?:=>|[:=])\s*[rubf]{0,2}[\"'](?P<name>[^\"'\n]{2,90})[\"']"
    ),
    # authors = ["Jo Doe <jo@example.org>"], "authors": [{"name": "Jo"}], Authors@R: person("Jo")
    _form(
        r"(?is)(?:author|maintainer|contributor|creator|credit|student)s?(?:__|@R)?[\"']?\s*[:=]\s*"
        r"(?P<name>[\[({](?:[^\[\](){}]|[\[({][^\[\](){}]*[\])}]){1,600}(?:[\])}]|$))",
        several=True,
    ),
    _form(r"(?i)\bperson\(\s*(?P<name>[\"'][^)\n]{2,90})\)", several=True),
    # CITATION.cff, YAML, package metadata
    _form(
        r"(?im)^[\s-]*[\"']?(?:family-names?|given-names?|name-particle|authors?(?:-email)?|maintainer"
        r"(?:-email)?|author_email|alias|affiliation|orcid|instructors?|created[-_]by|last-name"
        rf"|first-name)[\"']?\s*:\s*(?:-\s*)?[\"']?(?P<name>{_REST})",
        ordinary=True,
    ),
    _form(r"(?im)^authors?\s*:\s*\n(?P<name>(?:[ \t]*-[^\n]+\n?){1,8})", several=True),
    _form(r"(?i)\\(?:author|name|student|supervisor)\*?(?:\[[^\]]*\])?\{(?P<name>[^{}]{2,160})\}"),
    _form(r"(?im)^\s*(?:author|editor)\s*=\s*[{\"](?P<name>[^}\"\n]{2,160})"),
    _form(r"(?i)<(?:author|dc:creator|creator|name|owner)>(?P<name>[^<\n]{2,90})<"),
    _form(r"(?i)<meta\s+name=[\"']author[\"']\s+content=[\"'](?P<name>[^\"'\n]{2,90})"),
    _form(r"(?im)^\s*(?:MAINTAINER)\s+(?P<name>[^\n<]{2,90})"),
    # Copyright (c) 2024 Jo Doe
    _form(
        r"(?i)(?:\bcopyright\b|\u00a9|&copy;|SPDX-FileCopyrightText)(?:\s*(?:\(c\)|\u00a9|&copy;"
        r"|copyright|[:,])){0,4}\s*(?:(?:19|20)\d\d(?:\s*[-\u2013,]\s*(?:(?:19|20)\d\d|present|now))*)?"
        rf"[\s,]*(?:by\s+|holder:?\s+|held\s+by\s+)?(?P<name>(?-i:[^\W\d_a-z]|[@]\w){_REST})",
    ),
    _form(rf"(?i)\(c\)\s*(?:(?:19|20)\d\d[-\u2013,\s]*)+(?:by\s+)?(?P<name>[^\W\d_]{_REST})"),
    _form(
        r"(?i)\b(?:copyright|\(c\)|\u00a9)\s+(?:(?:19|20)\d\d[-\u2013,\s]*)+(?P<name>[^\W\d_]"
        rf"{_REST})",
    ),
    # Signed-off-by: Jo Doe <jo@example.org>
    _form(rf"(?im)^\s*[\w-]+-by:\s*(?P<name>{_REST})", ordinary=True),
    _form(r"(?i)\buser\.(?:name|email)[\s=]+[\"']?(?P<name>[^\"'\n]{2,60})"),
    # Written with love by Jo Doe / by [Jo Doe](...) / by @jo
    _form(
        rf"(?i)\b(?:{_MADE})\b[^\n.;]{{0,24}}?\b(?:by|von|par|por|da|di)\b[:\s*_\[]{{1,4}}"
        rf"(?P<name>(?-i:@?{_CAPITALISED})(?:(?:,|,?[ ]and|[ ]&)[ ](?-i:{_CAPITALISED}))*)",
    ),
    _form(
        rf"(?i)\b(?:{_MADE})\b[^\n.;]{{0,24}}?\b(?:by|von|par|por|da|di)\b[:\s*_\[]{{1,4}}"
        r"(?P<name>@?[^\W\d_][\w'\u2019-]*(?:[ ][^\W\d_][\w'\u2019-]*){0,2})"
        r"(?=\W*(?:$|\n|[.,;)\]<]))",
        sure=False,
    ),
    _form(
        rf"(?:^|[\s(*_>-])[Bb][Yy]:?[\s*_\[]{{1,4}}(?P<name>@[\w.-]{{2,39}}|{_CAPITALISED}[ ]"
        r"[^\W\d_a-z][\w'\u2019-]+)",
        sure=False,
    ),
    _form(rf"(?m)^[\s#*_>-]*[Bb][Yy]:?[\s*_\[]{{1,4}}(?P<name>{_CAPITALISED})[\s*_\])]*$"),
    # I am Jo / my name is Jo Doe / Jo Doe's portfolio
    _form(
        r"(?i:\bI['\u2019]m|\bI am|\bmy name is|\bname['\u2019]s|\bich bin|\bje suis|\bme llamo"
        r"|\bmi chiamo|\bmeu nome \u00e9)[\s*_]{1,4}"
        rf"(?P<name>{_CAPITALISED})",
    ),
    _form(
        rf"(?P<name>{_CAPITALISED})['\u2019]s?[ ](?i:portfolio|projects?|repo\w*|notebooks?|github"
        r"|profile|website|blog|thesis|capstone|assignment|homework|solutions?|dotfiles|work\b)"
    ),
    _form(
        r"(?m)^[\s#*|>-]*[Nn]ame[\s*_|]*[:|][\s*_]*(?P<name>[^\W\d_a-z][^\n|<>{}\[\]\"`;]{1,60})",
        weak=True,
    ),
    _form(
        r"(?im)^[ \t]*#+[ \t]*(?:authors?|contact(?: me)?|maintainers?|contributors?|team|about me"
        r"|credits?|by|group members)\b[^\n]*\n+[ \t>*-]*(?P<name>[^\n|<>{}\[\]\"`;(]{2,60})",
        ordinary=True,
        sure=False,
    ),
    # Twitter: @jo, discord jo#1234
    _form(
        rf"(?i)\b(?:{_SITES})\b(?:[ ](?:id|handle|profile|user(?:name)?))?{_GAP}[:=\u2013-]{_GAP}"
        r"(?P<name>@?[\w.#-]{2,40})"
    ),
    # Home folders
    _form(
        r"(?i)(?:/home/|/Users/|[A-Z]:(?:\\+|/)(?:Users|Documents and Settings)(?:\\+|/)"
        r"|/export/home/|/mnt/[a-z]/Users/|/data/users?/|/scratch/|/work/users?/|/lustre/)"
        r"(?P<name>[^\W_][\w.-]{1,38}(?:[ ][A-Z][\w-]+)?)(?=[/\\\"'\s):,]|$)"
    ),
    _form(r"(?:^|(?<=[\s\"'=(:]))~(?P<name>[a-z][\w-]{1,38})(?=/)"),
    # Names under which models and images are published
    _form(
        r"(?i)(?:push_to_hub|upload_folder|create_repo|hub_model_id)\b"
        r"[^\n\"']{0,30}[\"'](?P<name>[\w.-]{2,39})/"
    ),
    _form(
        r"(?i)\bdocker\s+(?:push|pull|run|build|tag)\b[^\n]{0,60}?\s(?P<name>[a-z0-9_.-]{2,39})/[\w.-]+"
    ),
    _form(r"(?im)^\s*FROM\s+(?:--\S+\s+)?(?P<name>[a-z0-9_-]{2,39})/[\w.-]+", sure=False),
    _form(r"(?im)\bimage:\s*[\"']?(?P<name>[a-z0-9_-]{2,39})/[\w.-]+"),
    # Numbers of people
    _form(
        r"(?i)\b(?:student|matriculation|matrikel|roll|registration|enrol\w*|matricola|employee"
        r"|net[ _-]?id|uid|sap)\w*[ _.-]*(?:no|number|nr|id|nummer)?\.?\s*[:#=]\s*[\"']?"
        r"(?P<name>[\w/-]*\d[\w/-]{2,20})",
        sure=False,
        ordinary=True,
    ),
    _form(r"\b(?P<name>\d{4}-\d{4}-\d{4}-\d{3}[\dX])\b", ordinary=True),
    _form(
        r"(?i)\b(?:tel|telephone|phone|mobile|mob|cell|whatsapp|call|handy|fax)\b\.?[\s:#*_-]*"
        r"(?P<name>\+?\(?\d[\d\s().-]{6,18}\d)",
        sure=False,
        ordinary=True,
    ),
    _form(
        r"(?P<name>(?<![\w.+])\+\d{1,3}[\s.-]?\(?\d{2,5}\)?(?:[\s.-]?\d{2,5}){2,4})(?![\w.])",
        ordinary=True,
    ),
)
_MENTION = re.compile(r"(?<![\w@.`/])@(?P<name>[A-Za-z0-9][\w-]{1,38})\b(?!\(|[./]\w)")
_HANDS: Final = re.compile(
    r"(?i)author|maintain|creat|copyright|\u00a9|\(c\)|&copy|credit|contact|owner|user|login|entity"
    r"|account|handle|name|student|person\(|family|given|surname|alias|affil|orcid|signature"
    r"|publisher|[\s*_(#>-]by\b|^by\b|\bby[:\s]|-by:|\bi['\u2019]?m\b|\bi am\b|ich bin"
    r"|je suis|llamo|chiamo"
    r"|portfolio|project|repo|notebook|github|profile|website|blog|thesis|capstone|assignment"
    r"|homework|solution|work|twitter|telegram|instagram|discord|mastodon|gitlab|kaggle|linkedin"
    r"|skype|wechat|weixin|slack|medium|youtube|hugging|facebook|bluesky|threads|reddit|leetcode"
    r"|whatsapp|home/|users|documents and|scratch|lustre|~|hub|docker|from|image:|matri|roll"
    r"|regist|enrol|employee|net.?id|uid|sap|\d{4}-\d{4}|tel|phone|mob|cell|call|handy|fax|\+\d"
    r"|verfasser|erstell|autor|auteur|yazar|penulis|nama|nombre|alumn|tudiant|prepared|submitted"
    r"|presented|supervis|advis|mentor|instruct|professor|candidate|applicant|members|lead|edited"
    r"|modified|team|about me|von\b|[^\x00-\x7f]"
)
"""What any of the forms needs: most texts hold none of it and are passed over."""
_QUOTED = re.compile(r"[\"']([^\"'\n]{2,90})[\"']|:\s*([^\n\"'{}\[\]]{2,60})|-\s+([^\n\"':]{2,60})")
_KEYS: Final = frozenset(
    [
        "name",
        "email",
        "mail",
        "url",
        "role",
        "roles",
        "affiliation",
        "given",
        "family",
        "comment",
        "aut",
        "cre",
        "orcid",
        "github",
    ]
)
_COMMENT = re.compile(r"#|//|/\*|^\s*[%*;!]|--|:\w+:|@\w|\"\"\"|'''")
_LIST = re.compile(r"\s*(?:[,;&/|]|\s(?:and|und|et|y|e|with)\s)\s*")
_TAIL = re.compile(
    r"(?i)(?:\ball rights reserved\b|\blicensed\b|\breleased\b|\bunder the\b|\bsee\b|[<(]).*$"
)


def find_mentions(text: str, *, prose: bool) -> Iterator[Mention]:
    """Find what is a name by its form. In prose `@jo` is one too; in code it is a decorator."""
    if _HANDS.search(text):
        for form in _FORMS:
            for match in form.pattern.finditer(text):
                yield from _read(form, match, prose=prose)
    if "@" in text:
        for match in _MENTION.finditer(text):
            line = _line_before(text, match.start())
            if prose or (line.strip() and not line.rstrip().endswith(("=", ")", "]", "\\"))):
                yield Mention(*match.span("name"), match["name"], known_by_it=prose)


def names_in(value: str) -> tuple[str, ...]:
    """Split what stands behind `Authors:` into names."""
    kept = re.sub(r"(?:19|20)\d\d(?:\s*[-\u2013]\s*(?:19|20)\d\d)?|[\w.+-]+@[\w.-]+", " ", value)
    parts = _LIST.split(_TAIL.sub("", kept))
    return tuple(part.strip(" .:*_@-'\"") for part in parts if part.strip(" .:*_@-'\""))


def _read(form: _Form, match: re.Match[str], *, prose: bool) -> Iterator[Mention]:
    start = match.start("name")
    if form.several:
        for inner in _QUOTED.finditer(match["name"]):
            at = next(number for number in (1, 2, 3) if inner[number])
            word = inner[at].strip()
            if word.lower() not in _KEYS and not word.startswith("http"):
                yield Mention(start + inner.start(at), start + inner.end(at), word, form.sure)
        return
    name = match["name"].rstrip()
    words = split(name)
    # `author: str` in code is a field and no author; in a comment `Author: the team` is one.
    said = form.ordinary and (prose or _COMMENT.search(_line_before(match.string, start)))
    if not words or (is_ordinary(words) and not said) or name.lower() in _USERS:
        return
    if form.weak and not prose:
        return
    known = form.sure and not (form.weak and any(is_ordinary((word,)) for word in words))
    yield Mention(start, start + len(name), name, known)


def _line_before(text: str, at: int) -> str:
    return text[text.rfind("\n", 0, at) + 1 : at]
