"""The first tables: members, runs, scans, what was read of repositories, and the log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "contents",
        sa.Column("blob", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("blob", name="pk_contents"),
    )
    op.create_table(
        "log",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("member", sa.Integer(), nullable=True),
        sa.Column("tool", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_log"),
        sa.UniqueConstraint("previous", name="uq_log_previous"),
    )
    op.create_table(
        "members",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("server", sa.Text(), nullable=False),
        sa.Column("github_id", sa.BigInteger(), nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("added", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("crashes", sa.Integer(), nullable=False),
        sa.Column("checked", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heads", sa.String(length=64), nullable=False),
        sa.Column("judged", sa.Text(), nullable=False),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reading", sa.Boolean(), nullable=False),
        sa.CheckConstraint("state IN ('active', 'quarantined')", name="ck_members_state"),
        sa.PrimaryKeyConstraint("id", name="pk_members"),
        sa.UniqueConstraint("server", "github_id", name="uq_members_server_github_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "observations",
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("rules", sa.String(length=64), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("unit", "rules", name="pk_observations"),
    )
    op.create_index("ix_observations_blob", "observations", ["blob"], unique=False)
    op.create_table(
        "runs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("stopped", sa.Text(), nullable=False),
        sa.Column("graphql_requests", sa.Integer(), nullable=False),
        sa.Column("graphql_points", sa.Integer(), nullable=False),
        sa.Column("rest_requests", sa.Integer(), nullable=False),
        sa.Column("downloads", sa.Integer(), nullable=False),
        sa.Column("bytes_downloaded", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_table(
        "crawls",
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member"], ["members.id"], name="fk_crawls_member", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member", name="pk_crawls"),
    )
    op.create_table(
        "manifests",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("commit_id", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member"], ["members.id"], name="fk_manifests_member", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("source", name="pk_manifests"),
    )
    op.create_index("ix_manifests_member", "manifests", ["member"], unique=False)
    op.create_table(
        "scans",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("schema", sa.Text(), nullable=False),
        sa.Column("tool", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("heads", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("repositories", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("strengths", sa.Integer(), nullable=False),
        sa.Column("flags", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member"], ["members.id"], name="fk_scans_member", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_scans"),
        sa.UniqueConstraint("member", "version", name="uq_scans_member_version"),
    )
    op.create_table(
        "manifest_blobs",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["source"], ["manifests.source"], name="fk_manifest_blobs_source", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("source", "blob", name="pk_manifest_blobs"),
    )
    op.create_index("ix_manifest_blobs_blob", "manifest_blobs", ["blob"], unique=False)
    op.create_table(
        "outcomes",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("scan", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member"], ["members.id"], name="fk_outcomes_member", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_outcomes_run", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["scan"], ["scans.id"], name="fk_outcomes_scan", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_outcomes"),
    )
    op.create_index("ix_outcomes_member_at", "outcomes", ["member", "at"], unique=False)
    op.create_index("ix_outcomes_run", "outcomes", ["run"], unique=False)
    op.create_index("ix_members_handle", "members", [sa.text("lower(handle)")])
