"""add transparency log"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "log_leaves",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event", sa.String(length=16), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("kid", sa.String(length=43), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("nodes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_log_leaves")),
    )
    # Added as they are, not by rebuilding the table: what refers to it is not touched.
    op.add_column("certificates", sa.Column("log_salt", sa.LargeBinary(), nullable=True))
    op.add_column("certificates", sa.Column("log_seq", sa.Integer(), nullable=True))
    _make_log_append_only()


def _make_log_append_only() -> None:
    """Let the database itself refuse to change or delete a leaf."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_log_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the transparency log is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER log_leaves_append_only BEFORE UPDATE OR DELETE ON log_leaves "
            "FOR EACH ROW EXECUTE FUNCTION refuse_log_change()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER log_leaves_no_{verb.lower()} BEFORE {verb} ON log_leaves "
            "BEGIN SELECT RAISE(ABORT, 'the transparency log is append-only'); END"
        )


def downgrade() -> None:
    op.drop_column("certificates", "log_seq")
    op.drop_column("certificates", "log_salt")
    op.drop_table("log_leaves")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_log_change()")
