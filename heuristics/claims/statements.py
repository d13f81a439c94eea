"""Which sentences of a README claim something, and what.

A sentence counts when it says in the author's own voice what the work is or does. Plans, negations,
instructions, questions, explanations of a concept, courses and the work of others are no claims.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from heuristics.claims.figures import Figure, figures
from heuristics.claims.language import OTHER, is_foreign, language_of
from heuristics.claims.prose import Sentence, sentences
from heuristics.claims.vocabulary import Vocabulary, vocabulary_of
from portfolio_scan.api import ClaimKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portfolio_scan.api import RepositoryContext

MAX_STATEMENTS = 80
_MAX_READMES = 8
_BESIDE = re.compile(
    r"(?i)(?:^|/)(?:data\w*|docs?|examples?|third_party|vendor|external|assets|templates?)/"
)
_README = re.compile(r"(?i)(?:^|/)readme(?:\.(?:md|markdown|rst|txt))?$")
_NOT_SAID_HERE = re.compile(
    r"(?i)\b(install\w*|prerequisites?|requirements?|dependenc\w+|set ?up|getting started|"
    r"quick ?start|usage|how to|"
    r"run(ning)?|contribut\w*|licen[cs]e|references?|citations?|cite|bibliography|resources?|"
    r"further reading|read more|roadmap|future|to.?do|next steps?|limitations?|improvements?|"
    r"extensions?|enhancements?|"
    r"related work|background|theory|acknowledge?ments?|credits?|what (is|are)|why|faq|"
    r"troubleshooting|"
    r"glossary|learning (goals|objectives|outcomes|path)|objectives?|goals?|courses?|certificat\w*|"
    r"education|currently learning|links?|table of contents|contents|ideas?|changelog|commands?|"
    r"motivation|tutorials?|configuration|environment variables|project structure|"
    r"(repository|folder|directory|file) structure|structure)\b"
)
_STACK = re.compile(
    r"(?i)\b(tech\w*|stack|tools?|libraries|built with|skills?|frameworks?|languages?)\b"
)
_PLAN = re.compile(
    r"(?i)\b(to[- ]?do|will|shall|would|could|should|might|may|plan(s|ned|ning)?|going to|future|"
    r"upcoming|"
    r"coming soon|roadmap|next step|next:|hope|aims?|aiming|goal|intend\w*|in progress|wip|"
    r"not yet|yet to|"
    r"eventually|later|soon|under construction|"
    r"consider(ing)?|potential(ly)?|possible|possibly|optional(ly)?|want(s|"
    r"ed)? to|"
    r"we.ll|i.ll|"
    r"can (be|also)|try(ing)? to|experiment with|explor(e|ing) (the )?(use|adding)|target|expected|"
    r"ideally|"
    r"placeholder|example|sample|suppose|imagine|if|when|unless)\b|\?$"
)
_NEGATED = re.compile(
    r"(?i)\b(no|not|never|none|nor|neither|without|cannot|isn.?t|aren.?t|doesn.?t|don.?t|didn.?t|"
    r"wasn.?t|weren.?t|"
    r"won.?t|can.?t|haven.?t|hasn.?t|instead of|rather than|unlike|except|excluding|"
    r"avoid(s|ed|ing)?|"
    r"removed?|dropped|deprecated|replac(e|ed|es|ing)|switched|migrated|formerly|previously|"
    r"used to|"
    r"alternatives?|similar to|inspired by|differs?|difference)\b"
)
_OTHERS = re.compile(
    r"(?i)\bet al\b|\b(the|this|their|original|that|a|an) (\w+ )?(papers?|authors?|article|"
    r"publication|blog ?post|"
    r"book|study|video|implementation by)\b|\b(papers?|authors?|researchers|they|others|"
    r"experts) (report|use|propos|"
    r"show|claim|achiev|train|found|introduc)\w*|\baccording to\b|\b(proposed|introduced|"
    r"published|developed|created|"
    r"released|written|trained|provided|maintained) (by|in \d{4})\b(?! (me|us|myself)\b)|"
    r"\barxiv\b|\bkaggle (winner|"
    r"leaderboard)|\bstate[- ]of[- ]the[- ]art (results?|baselines?|methods?) (is|are|by|from)\b|"
    r"\bleaderboard\b|"
    r"\btaken from\b|\badapted from\b|\bappendix\b|\b(other|another|separate|"
    r"[\w-]*-[\w-]+) repo(sitory)?\b|\bofficial\b|\bupstream\b|\bbaseline from\b|\bforked from\b|"
    r"\b(excels at|built on top of popular|popular (frameworks|libraries))\b"
)
_COURSE = re.compile(
    r"(?i)\b(courses?|bootcamp|certifi(ed|cat\w+)|specialization|nano ?degree|coursera|udemy|"
    r"udacity|edx|"
    r"datacamp|lectures?|lessons?|tutorials?|curriculum|workshops?|module \d|week \d|chapter|"
    r"assignments?|"
    r"homework|exam|degree|university|bachelor|master.?s|ph\.?d|learning|learn|studying|interested|"
    r"curious|passionate|enthusiast)\b"
)
_LEARNING = re.compile(
    r"(?i)\b(machine|deep|transfer|reinforcement|supervised|unsupervised|learning[- ]rate|ensemble|"
    r"representation|contrastive|federated|few[- ]shot|active|scikit|self[- ]supervised|meta)"
    r"[- ]learn\w*|\blearning[- ]rate|\bscikit[- ]learn|\bimbalanced[- ]learn"
)
_ORDER = re.compile(
    r"(?i)^(?:step \d+[:.]?\s*)?(please |then |first |next |now |just |simply |also |finally )*"
    r"(install|run|clone|download|set|make sure|ensure|see|refer|check|open|click|add|copy|start|"
    r"go|navigate|"
    r"replace|edit|change|configure|activate|pip|conda|requires?|prerequisites?|needs?|note|"
    r"remember|visit|"
    r"execute|import|launch|try|feel free|choose|select|enter|upload|sign|get|obtain|export|"
    r"npm|yarn|containeri[sz]e|implement|integrate|extend|incorporate|introduce|enhance|improve|"
    r"docker (build|run|"
    r"compose|pull)|streamlit run|python3? |uvicorn|you|your|to (run|use|install|start|train|"
    r"build|deploy|"
    r"get|set)|for (more|details|further|example|instance)|thanks|special thanks|credit|ask me|"
    r"how|what|why)\b"
)
_CONCEPT = re.compile(
    r"(?i)^\W*(?:\([^)]*\)\s*)?(?:is|are|was|were|stands? for|refers? to|means|works? by|allows?|"
    r"provides?|"
    r"helps?|enables?|can)\b(?!\s+(?:used|trained|fine|deployed|applied|built|served|evaluated|"
    r"tuned|"
    r"implemented|employed|fitted|compared|the best|our|my|chosen|selected|run|hosted|wrapped))"
)
_ADDRESS = re.compile(r"/[a-z][a-z0-9.]*-")
"""The rest of a model's address, whose first part names its maker: `openai/whisper-small`."""
_DOES = re.compile(
    r"(?i)\b(us(e|es|ed|ing)|buil[dt]s?|building|implement\w*|train(s|ed|ing)?|fine[- ]?tun\w*|"
    r"deploy\w*|"
    r"serv(e|es|ed|ing)|evaluat\w*|achiev\w*|reach\w*|scor(e|es|ed|ing)|develop\w*|creat(e|es|ed|"
    r"ing)|"
    r"leverag\w*|appl(y|ies|ied|ying)|power(ed|s)|based on|with|via|employ\w*|combin\w*|compar\w*|"
    r"includ\w*|perform\w*|integrat\w*|runs?|running|host\w*|track\w*|orchestrat\w*|contain\w*|"
    r"optimi[sz]\w*|tun(e|ed|es|ing)|validat\w*|test(s|ed|ing)?|collect\w*|predict\w*|classif\w*|"
    r"detect\w*|recogni\w*|generat\w*|forecast\w*|segment\w*|embed\w*|stor(e|es|ed|ing)|expos\w*|"
    r"pack\w*|\w{3,}ed|wrap\w*|provid\w*|support\w*|featur\w*|process\w*|load\w*|fit(s|ted)?|"
    r"ensembl\w*|"
    r"prevent\w*|monitor\w*|retrain\w*|explain\w*|by|through|in)\b"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that one sentence says."""

    path: str
    sentence: Sentence
    subject: str
    kind: ClaimKind
    figure: Figure | None = None
    foreign: bool = False
    """In another language than English: what it says is not judged."""


def readme_paths(context: RepositoryContext) -> list[str]:
    """READMEs of the repository, the outermost first."""
    found = [path for path in context.texts if _README.search(path) and not _BESIDE.search(path)]
    return sorted(found, key=lambda path: (path.count("/"), path))[:_MAX_READMES]


def statements(context: RepositoryContext) -> list[Statement]:
    """What the READMEs claim, each subject once, with the sentence that says it first."""
    vocabulary = vocabulary_of(context.catalogue)
    kept: dict[tuple[str, str], Statement] = {}
    for path in readme_paths(context):
        text = context.texts[path]
        foreign = language_of(_prose(text), context.catalogue) == OTHER
        for sentence in sentences(text):
            other = foreign or is_foreign(sentence.text, context.catalogue)
            for one in _said(path, sentence, vocabulary, foreign=other):
                kept.setdefault((one.subject, one.kind.value), one)
            if len(kept) >= MAX_STATEMENTS:
                return list(kept.values())
    return list(kept.values())


def _prose(text: str) -> str:
    return " ".join(one.text for one in sentences(text))


def _said(
    path: str, sentence: Sentence, vocabulary: Vocabulary, *, foreign: bool
) -> Iterator[Statement]:
    if foreign:
        for subject, _, _ in vocabulary.mentions(sentence.text):
            kind = vocabulary.entries[subject].kind
            yield Statement(path, sentence, subject, kind, foreign=True)
        return
    given = figures(sentence)
    mentioned = list(vocabulary.mentions(sentence.text))
    if not (given or mentioned) or not is_own_voice(sentence):
        return
    for figure in given:
        yield Statement(path, sentence, figure.subject, ClaimKind.NUMBER, figure)
    if not given and not _says(sentence):
        return
    bare = sentence.text
    for subject, start, end in mentioned:
        entry = vocabulary.entries[subject]
        if entry.events == ("leakage",) or not _NEGATED.search(bare):
            if start == 0 and not sentence.listed and _CONCEPT.match(bare[end:]):
                continue
            if _ADDRESS.match(bare[end:]):
                continue
            yield Statement(path, sentence, subject, entry.kind)


def is_own_voice(sentence: Sentence) -> bool:
    """Whether a sentence is the author's own, about what is and not about what shall be."""
    text = sentence.text
    if sentence.open_box or any(_is_silent(title) for title in sentence.headings):
        return False
    if _PLAN.search(text) or _OTHERS.search(text) or _ORDER.match(text):
        return False
    return not _COURSE.search(_LEARNING.sub(" ", text))


@lru_cache(maxsize=1024)
def _is_silent(title: str) -> bool:
    """Whether nothing is claimed under a heading, or in a list that a line leads in."""
    if _NOT_SAID_HERE.search(title):
        return True
    return title.endswith(":") and bool(_PLAN.search(title))


def _says(sentence: Sentence) -> bool:
    """Whether it says that something is done, or lists what the work is made of."""
    return sentence.listed or bool(_DOES.search(sentence.text)) or _under_stack(sentence)


def _under_stack(sentence: Sentence) -> bool:
    return any(_STACK.search(title) for title in sentence.headings)
