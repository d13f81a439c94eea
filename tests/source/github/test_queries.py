"""What is asked of GitHub, word for word: nothing that could become a proxy for a judgement."""

from __future__ import annotations

import re

import pytest

from portfolio_scan.source.github import queries

TEXTS = {
    "INVENTORY": queries.INVENTORY,
    "ONE_REPOSITORY": queries.ONE_REPOSITORY,
    "SOME_REPOSITORIES": queries.SOME_REPOSITORIES,
    "authorship": queries.authorship_query(3),
    "authorship, more": queries.authorship_query(2, more=True),
    "MERGED_UPSTREAM": queries.MERGED_UPSTREAM,
    "code dates": queries.code_dates_query(4),
    "PROBE": queries.PROBE,
    "PROBE_MORE": queries.PROBE_MORE,
    "identity": queries.identity_query(3),
}
ALLOWED = {
    # about the account: whose it is, nothing about the person
    "repositoryOwner", "owner", "__typename", "id", "databaseId", "login",
    # about repositories
    "repositories", "repository", "node", "nodes", "nameWithOwner", "parent", "isFork",
    "isArchived", "isEmpty", "isDisabled", "isMirror", "diskUsage", "createdAt", "pushedAt",
    "description", "licenseInfo", "spdxId", "languages", "name", "size", "repositoryTopics",
    "topic", "defaultBranchRef", "target", "oid", "tree", "entries", "type",
    # about commits
    "object", "history", "authoredDate",
    # about merged pull requests
    "search", "issueCount", "title", "url", "mergedAt",
    # about the answer
    "rateLimit", "cost", "remaining", "resetAt", "totalCount", "pageInfo", "hasNextPage",
    "endCursor", "edges",
}  # fmt: skip
NAMED = {
    # `name` is allowed where it is the name of a thing.
    "languages", "topic", "defaultBranchRef", "entries",
}  # fmt: skip


def fields(text: str) -> list[tuple[str, ...]]:
    """Every field of a query as its path of fields; arguments, aliases and types left out."""
    text = re.sub(r"\([^()]*\)", " ", re.sub(r"\{[^{}]*\}(?=[,)])", "", text))
    text = re.sub(r"(query|fragment)\s+\w+(\s+on\s+\w+)?", "", text)
    text = re.sub(
        r"\.\.\.\s*on\s+\w+|\w+\s*:", lambda found: "?" * ("on" in found[0].split()), text
    )
    path: list[str] = []
    last = ""
    found = []
    for word in re.findall(r"\.\.\.\w+|[\w?]+|[{}]", text):
        if word == "{":
            path.append(last)
        elif word == "}":
            path.pop()
        elif word == "?" or word.startswith("..."):
            last = ""
        else:
            last = word
            found.append((*(step for step in path if step), word))
    assert path == []
    return found


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_only_allowed_fields_are_asked_for(text: str):
    asked = fields(text)
    assert asked
    assert {path[-1] for path in asked} <= ALLOWED


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_names_are_names_of_things(text: str):
    for path in fields(text):
        if path[-1] == "name":
            assert set(path) & NAMED, path


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_no_field_of_a_person_is_asked_for(text: str):
    about_people = (
        "avatar|location|company|email|bio|follow|star|pronoun|hireable|twitter|website|gravatar"
        "|status|contributions|sponsor|author\\s*{|committer|social"
    )
    assert re.search(about_people, text, re.IGNORECASE) is None


def test_the_reader_of_queries_sees_through_aliases_and_arguments():
    text = 'query Q($a: Int) { me: user(login: "x", by: {id: $a}) { ... on User { name } ...f } }'
    assert fields(text) == [("user",), ("user", "name")]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_each_answer_tells_its_cost(text: str):
    assert ("rateLimit", "cost") in fields(text)
