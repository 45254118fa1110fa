"""add who proposes that a label ends with its holder's life, and when an employer took a label off a list"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("labels", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ending_proposed_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("ending_proposed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_labels_ending_proposed_by_people"), "people", ["ending_proposed_by"], ["id"]
        )
    with op.batch_alter_table("watches", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("watches", schema=None) as batch_op:
        batch_op.drop_column("hidden_at")
    with op.batch_alter_table("labels", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_labels_ending_proposed_by_people"), type_="foreignkey")
        batch_op.drop_column("ending_proposed_at")
        batch_op.drop_column("ending_proposed_by")
