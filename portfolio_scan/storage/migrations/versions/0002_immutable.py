"""A scan that was kept never changes, and nothing in the log changes or goes.

Scans of a member that is removed go with the member; nothing else takes a scan away.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_GUARDS = (("scans", "UPDATE"), ("log", "UPDATE"), ("log", "DELETE"))


def upgrade() -> None:
    """Have the database itself refuse it."""
    if op.get_bind().dialect.name == "sqlite":
        for table, action in _GUARDS:
            op.execute(
                f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} cannot be changed'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION portfolio_scan_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% cannot be changed', TG_TABLE_NAME "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for table, action in _GUARDS:
        op.execute(
            f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION portfolio_scan_refuse()"
        )
