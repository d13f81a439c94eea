"""Bots: accounts that commit by themselves. They are accounts, not people with "bot" in a name."""

from __future__ import annotations

_NAMES = """
    actions-user
    allcontributors
    auto-commit bot
    azure pipelines
    circleci
    codecov-io
    copilot
    cursor agent
    deepsource-autofix
    dependabot
    dependabot preview
    dependabot-preview
    dependabot-support
    devin ai
    github action
    github actions
    github classroom
    github-actions
    github-actions-bot
    github-classroom
    gitlab ci
    greenkeeper
    greenkeeperio-bot
    imgbot
    imgbotapp
    mergify
    pre-commit
    pre-commit ci
    pre-commit-ci
    pyup-bot
    pyup.io bot
    readthedocs-bot
    release-please
    renovate
    renovate bot
    renovate-bot
    restyled.io
    semantic release
    semantic-release
    semantic-release-bot
    snyk bot
    snyk-bot
    step security bot
    step-security-bot
    the semantic-release bot
    travis ci
    travis-ci
    weblate
    whitesource bolt
"""
_ADDRESSES = """
    41898282+github-actions[bot]@users.noreply.github.com
    action@github.com
    actions@github.com
    bot@renovateapp.com
    copilot@github.com
    cursoragent@cursor.com
    noreply@lovable.dev
    github-action@users.noreply.github.com
    github-actions@github.com
    github-actions@users.noreply.github.com
    noreply@anthropic.com
    snyk-bot@snyk.io
    support@dependabot.com
"""
_BOT_NAMES = frozenset(name.strip() for name in _NAMES.strip().splitlines())
_BOT_ADDRESSES = frozenset(_ADDRESSES.split())


def is_bot(name: str, email: str) -> bool:
    """Whether an author is an automatic account: by GitHub's `[bot]` mark or an exact known name.

    Any other substring is no proof: there are people whose names contain "bot".
    """
    name, email = name.strip().casefold(), email.strip().casefold()
    if name.endswith("[bot]") or "[bot]@" in email:
        return True
    return name in _BOT_NAMES or email in _BOT_ADDRESSES
