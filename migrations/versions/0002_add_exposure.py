"""add exposure"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pool_uses",
        sa.Column("framework_code", sa.String(length=16), nullable=False),
        sa.Column("policy_id", sa.String(length=32), nullable=False),
        sa.Column("sittings", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("framework_code", "policy_id", name=op.f("pk_pool_uses")),
    )
    op.create_table(
        "item_uses",
        sa.Column("policy_id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("rested", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("policy_id", "item_id", name=op.f("pk_item_uses")),
    )
    with op.batch_alter_table("sittings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("resting", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("extensions", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("sittings", schema=None) as batch_op:
        batch_op.drop_column("extensions")
        batch_op.drop_column("resting")
    op.drop_table("item_uses")
    op.drop_table("pool_uses")
