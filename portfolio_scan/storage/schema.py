"""The tables of the pool's database, as the newest migration leaves them.

docs/pool.md says what each is for. Who changes a table here writes a migration; a test compares the
two. Binary columns hold compressed JSON or MessagePack, which this package does not look into.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
)

from portfolio_scan.storage.instants import Instant

STATES = ("active", "quarantined")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _member(*, primary: bool = False) -> Column[int]:
    return Column(
        "member",
        Integer,
        ForeignKey("members.id", ondelete="CASCADE"),
        nullable=False,
        primary_key=primary,
    )


members = Table(
    "members",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("server", Text, nullable=False),
    Column("github_id", BigInteger, nullable=False),
    Column("node_id", Text, nullable=False),
    Column("handle", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("added", Instant, nullable=False),
    Column("expires", Date),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("crashes", Integer, nullable=False),
    Column("checked", Instant),
    Column("heads", String(64), nullable=False),
    Column("judged", Text, nullable=False),
    Column("lease_owner", Text),
    Column("lease_until", Instant),
    Column("reading", Boolean, nullable=False),
    UniqueConstraint("server", "github_id"),
    CheckConstraint("state IN ('active', 'quarantined')", name="state"),
    # A number is never given twice: the log speaks of members by it after they are gone.
    # Whose turn it is, and who is held: each step of a run asks for both.
    Index("ix_members_turn", "server", "state", "crashes", "tries", "id"),
    Index("ix_members_lease", "lease_owner", "lease_until"),
    sqlite_autoincrement=True,
)
Index("ix_members_handle", func.lower(members.c.handle))

runs = Table(
    "runs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("started", Instant, nullable=False),
    Column("ended", Instant),
    Column("rules", Text, nullable=False),
    Column("stopped", Text, nullable=False),
    Column("graphql_requests", Integer, nullable=False),
    Column("graphql_points", Integer, nullable=False),
    Column("rest_requests", Integer, nullable=False),
    Column("downloads", Integer, nullable=False),
    Column("bytes_downloaded", BigInteger, nullable=False),
)

scans = Table(
    "scans",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _member(),
    Column("version", Integer, nullable=False),
    Column("cause", String(16), nullable=False),
    Column("scanned_at", Instant, nullable=False),
    Column("schema", Text, nullable=False),
    Column("tool", Text, nullable=False),
    Column("rules", Text, nullable=False),
    Column("heads", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("repositories", Integer, nullable=False),
    Column("role", Text, nullable=False),
    Column("strengths", Integer, nullable=False),
    Column("flags", Integer, nullable=False),
    Column("document", LargeBinary, nullable=False),
    UniqueConstraint("member", "version"),
)

crawls = Table(
    "crawls",
    metadata,
    _member(primary=True),
    Column("payload", LargeBinary, nullable=False),
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("run", Text, ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    _member(),
    Column("at", Instant, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("scan", Integer, ForeignKey("scans.id", ondelete="CASCADE")),
    Index("ix_outcomes_member_at", "member", "at"),
    Index("ix_outcomes_run", "run"),
)

observations = Table(
    "observations",
    metadata,
    # Digest of blob and path: a path may hold what no database takes for text.
    Column("unit", String(64), primary_key=True),
    Column("rules", String(64), primary_key=True),
    Column("blob", String(64), nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Index("ix_observations_blob", "blob"),
)

contents = Table(
    "contents",
    metadata,
    Column("blob", String(64), primary_key=True),
    Column("payload", LargeBinary, nullable=False),
)

manifests = Table(
    "manifests",
    metadata,
    Column("source", Text, primary_key=True),
    _member(),
    Column("commit_id", String(64), nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Index("ix_manifests_member", "member"),
)

manifest_blobs = Table(
    "manifest_blobs",
    metadata,
    Column(
        "source",
        Text,
        ForeignKey("manifests.source", ondelete="CASCADE"),
        nullable=False,
        primary_key=True,
    ),
    Column("blob", String(64), nullable=False, primary_key=True),
    Index("ix_manifest_blobs_blob", "blob"),
)

log = Table(
    "log",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("action", String(32), nullable=False),
    # No foreign key: the log outlives the member.
    Column("member", Integer),
    Column("tool", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("previous"),
)

properties = Table(
    "properties",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", Text, nullable=False),
)

tombstones = Table(
    "tombstones",
    metadata,
    # Of server and numeric id, salted: who was erased is recognised, and cannot be read here.
    Column("digest", String(64), primary_key=True),
    Column("at", Instant, nullable=False),
)

member_annotations = Table(
    "annotations",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _member(),
    Column("at", Instant, nullable=False),
    Column("author", Text, nullable=False),
    Column("kind", String(32), nullable=False),
    # Empty: of the portfolio as a whole.
    Column("repository", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("text", Text, nullable=False),
    Index("ix_annotations_member", "member"),
    sqlite_autoincrement=True,
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _member(),
    Column("scan", Integer, ForeignKey("scans.id", ondelete="CASCADE")),
    Column("at", Instant, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decision", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("findings", Text, nullable=False),
    Index("ix_decisions_member", "member"),
    sqlite_autoincrement=True,
)

sites = Table(
    "sites",
    metadata,
    Column("machine", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("written", Instant, nullable=False),
)

traces = Table(
    "traces",
    metadata,
    Column("source", Text, ForeignKey("manifests.source", ondelete="CASCADE"), primary_key=True),
    Column("commit_id", String(64), nullable=False),
    Column("rules", String(64), nullable=False),
    Column("payload", LargeBinary, nullable=False),
)
