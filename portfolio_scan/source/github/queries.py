"""The GraphQL texts, and nothing else.

What is not asked for cannot be misused: no name, avatar, location, company, e-mail, biography,
followers or stars of anybody. A test parses each text and compares its fields with an allow list;
whoever adds a field has to add it there, too.
"""

from __future__ import annotations

_RATE = "rateLimit { cost remaining resetAt }"

_REPOSITORY = """
fragment repository on Repository {
  id
  databaseId
  nameWithOwner
  isFork
  parent { nameWithOwner }
  isArchived
  isEmpty
  isDisabled
  isMirror
  diskUsage
  createdAt
  pushedAt
  description
  licenseInfo { spdxId }
  languages(first: 10, orderBy: {field: SIZE, direction: DESC}) {
    totalCount
    edges { size node { name } }
  }
  repositoryTopics(first: 20) { nodes { topic { name } } }
  defaultBranchRef {
    name
    target { oid ... on Commit { tree { entries { name type size } } } }
  }
}
"""

INVENTORY = (
    """
query Inventory($login: String!, $size: Int!, $after: String) {
  repositoryOwner(login: $login) {
    __typename
    id
    login
    ... on User {
      databaseId
      repositories(
        first: $size, after: $after, ownerAffiliations: [OWNER], privacy: PUBLIC,
        orderBy: {field: CREATED_AT, direction: ASC}
      ) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes { ...repository }
      }
    }
  }
  """
    + _RATE
    + "\n}\n"
    + _REPOSITORY
)
"""An account and one page of its repositories. CREATED_AT keeps cursors valid while people push."""

ONE_REPOSITORY = (
    """
query OneRepository($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    owner { __typename id login ... on User { databaseId } }
    ...repository
  }
  """
    + _RATE
    + "\n}\n"
    + _REPOSITORY
)
"""One repository with its owner, for a target `owner/name`."""

SOME_REPOSITORIES = (
    """
query SomeRepositories($ids: [ID!]!) {
  nodes(ids: $ids) { ...repository }
  """
    + _RATE
    + "\n}\n"
    + _REPOSITORY
)
"""Repositories whose part of a page was cut off."""


MERGED_UPSTREAM = (
    """
query MergedUpstream($asked: String!) {
  search(query: $asked, type: ISSUE, first: 50) {
    issueCount
    nodes { ... on PullRequest { title url mergedAt } }
  }
  """
    + _RATE
    + "\n}\n"
)
"""Pull requests of an account that others merged into public repositories of theirs."""


_HEADS = """
fragment heads on RepositoryConnection {
  pageInfo { hasNextPage endCursor }
  nodes { id nameWithOwner description isArchived isDisabled defaultBranchRef { target { oid } } }
}
"""
_LISTED = (
    "ownerAffiliations: [OWNER], privacy: PUBLIC, orderBy: {field: CREATED_AT, direction: ASC}"
)

PROBE = (
    """
query Probe($ids: [ID!]!) {
  nodes(ids: $ids) {
    __typename
    id
    ... on User {
      databaseId
      login
      repositories(first: 100, """
    + _LISTED
    + """) { ...heads }
    }
  }
  """
    + _RATE
    + "\n}\n"
    + _HEADS
)
"""Several accounts by node id, with the heads of their repositories: has anything changed?"""

PROBE_MORE = (
    """
query ProbeMore($id: ID!, $after: String!) {
  node(id: $id) {
    ... on User { repositories(first: 100, after: $after, """
    + _LISTED
    + """) { ...heads } }
  }
  """
    + _RATE
    + "\n}\n"
    + _HEADS
)
"""The further repositories of an account with more than a hundred."""


def identity_query(slots: int) -> str:
    """Build the question which accounts `slots` handles belong to; slot *i* takes `$li`."""
    declared = ", ".join(f"$l{i}: String!" for i in range(slots))
    body = "".join(
        f"\n  u{i}: repositoryOwner(login: $l{i}) "
        "{ __typename id login ... on User { databaseId } }"
        for i in range(slots)
    )
    return f"query Identity({declared}) {{{body}\n  {_RATE}\n}}\n"


def authorship_query(slots: int, *, more: bool = False) -> str:
    """Build the question for own commits of `slots` repositories: counts, and up to 100 days each.

    Slot *i* takes the repository's node id `$ri`, its pinned commit `$ci` and, with `more`, the
    cursor `$ai` to go on from; `$person` is the account's node id.
    """
    total, after = ("", ", after: $a#") if more else ("all: history { totalCount }", "")
    slot = f"""
  r#: node(id: $r#) {{ ... on Repository {{ object(oid: $c#) {{ ... on Commit {{
    {total}
    own: history(author: {{id: $person}}, first: 100{after}) {{
      totalCount
      pageInfo {{ hasNextPage endCursor }}
      nodes {{ authoredDate }}
    }}
  }} }} }} }}"""
    variables = "$r#: ID!, $c#: GitObjectID!" + (", $a#: String" if more else "")
    return _assemble("Authorship", variables, slot, slots)


def code_dates_query(slots: int) -> str:
    """Build the question for the newest own commit to one path in each of `slots` slots.

    Slot *i* takes the repository's node id `$ri`, its pinned commit `$ci` and the path `$pi`.
    """
    slot = """
  r#: node(id: $r#) { ... on Repository { object(oid: $c#) { ... on Commit {
    own: history(author: {id: $person}, first: 1, path: $p#) { nodes { authoredDate } }
  } } } }"""
    return _assemble("CodeDates", "$r#: ID!, $c#: GitObjectID!, $p#: String!", slot, slots)


def _assemble(name: str, variables: str, slot: str, slots: int) -> str:
    """Repeat a slot; `#` stands for its number."""
    declared = ", ".join(variables.replace("#", str(i)) for i in range(slots))
    body = "".join(slot.replace("#", str(i)) for i in range(slots))
    return f"query {name}($person: ID!, {declared}) {{{body}\n  {_RATE}\n}}\n"
