"""two accounts that give one RPPS number: what two officers decide of it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "number_disputes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("rpps", sa.String(length=11), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("claimant_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_as", sa.String(length=8), nullable=True),
        sa.Column("proposed_by", sa.Integer(), nullable=True),
        sa.Column("settled_as", sa.String(length=8), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('claimed', 'proved')", name=op.f("ck_number_disputes_known_kind")),
        sa.CheckConstraint(
            "settled_by IS NULL OR settled_by <> proposed_by", name=op.f("ck_number_disputes_settled_by_two")
        ),
        sa.ForeignKeyConstraint(["holder_id"], ["people.id"], name=op.f("fk_number_disputes_holder_id_people")),
        sa.ForeignKeyConstraint(["claimant_id"], ["people.id"], name=op.f("fk_number_disputes_claimant_id_people")),
        sa.ForeignKeyConstraint(["proposed_by"], ["people.id"], name=op.f("fk_number_disputes_proposed_by_people")),
        sa.ForeignKeyConstraint(["settled_by"], ["people.id"], name=op.f("fk_number_disputes_settled_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_disputes")),
    )
    with op.batch_alter_table("number_disputes", schema=None) as batch_op:
        for column in ("holder_id", "claimant_id", "settled_at"):
            batch_op.create_index(batch_op.f(f"ix_number_disputes_{column}"), [column], unique=False)
        batch_op.create_index(
            "one_open_dispute",
            ["rpps", "claimant_id"],
            unique=True,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )


def downgrade() -> None:
    op.drop_table("number_disputes")
