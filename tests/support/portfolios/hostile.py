"""Texts that somebody might put into a README, a notebook, a file name or a commit message."""

from __future__ import annotations

from typing import Final

MARKUP: Final = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><script>alert(1)</script>",
    "</title><svg/onload=alert(1)>",
    "<!-- --!><b>loud",
    "]]><x>",
    "&lt;b&gt; &amp;amp; &#x3c;",
    '<a href="javascript:alert(1)">open</a>',
    "<iframe src=https://evil.example></iframe>",
    "<style>*{display:none}</style>",
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    "{{ 7 * 7 }} {% raw %} {{ config }}",
    "${7*7} #{7*7} <%= 7*7 %>",
)
MARKDOWN: Final = (
    "[open](javascript:alert(1))",
    "![x](https://evil.example/track.png)",
    "| a | b |\n| - | - |",
    "```\n# Heading\n---",
    "</details></td></table>",
    "[ref]: https://evil.example 'x'",
    "<https://evil.example>",
    "\\` ` `` ``` * _ ~ #",
)
FORMULAS: Final = (
    '=HYPERLINK("https://evil.example","open")',
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "\uff1d1+1",
    '"quoted, with a comma"',
)
HEADERS: Final = (
    "Dossier\r\nBcc: everybody@evil.example",
    "Dossier\nContent-Type: text/html\n\n<b>x",
    "=?utf-8?q?=0d=0aBcc:_x=40evil.example?=",
    "name\x00.html",
    "../../etc/passwd",
    "CON.html",
)
UNSEEN: Final = (
    "invoice\u202egnp.exe",
    "\u2066isolated\u2069 \u2067turned\u2069",
    "zero\u200bwidth\u200d\u2060joined",
    "\x1b[31mred\x1b[0m \x07",
    "\ufeffmark \ufffe \uffff",
    "lone \udcff surrogate",
    "e" + "\u0301" * 60,
    "tag \U000e0041\U000e0042",
    "line\u2028separator\u2029paragraph\x85next\x0cform",
)
LONG: Final = (
    "unbroken" * 90,
    "\u5f88\u957f" * 200,
    "\U0001f525" * 150,
    "/".join(["deep"] * 80) + ".py",
)

HOSTILE: Final = (*MARKUP, *MARKDOWN, *FORMULAS, *HEADERS, *UNSEEN, *LONG)

HOSTILE_ADDRESSES: Final = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//evil.example/x",
    "https://user:secret@evil.example/",
    'https://evil.example/" onclick="alert(1)',
    "file:///etc/passwd",
    "vbscript:msgbox(1)",
)
