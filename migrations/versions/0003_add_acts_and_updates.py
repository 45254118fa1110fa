"""add acts and updates"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("finished_modules", schema=None) as batch_op:
        batch_op.add_column(sa.Column("act_answer", sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column("act_answered_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("update_read_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("finished_modules", schema=None) as batch_op:
        batch_op.drop_column("update_read_at")
        batch_op.drop_column("act_answered_at")
        batch_op.drop_column("act_answer")
