"""add the day on which a renewal was not given, and proofs that wait to be looked at by whoever gave them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("labels", schema=None) as batch_op:
        batch_op.add_column(sa.Column("renewal_returned_on", sa.Date(), nullable=True))
    with op.batch_alter_table("label_proofs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_waiting", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("label_proofs", schema=None) as batch_op:
        batch_op.drop_column("is_waiting")
    with op.batch_alter_table("labels", schema=None) as batch_op:
        batch_op.drop_column("renewal_returned_on")
