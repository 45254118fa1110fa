"""one living label per RPPS number, the person who was examined, and the paper that an officer saw

Where two living labels bear one number already, the index is refused: a committee has to look at them first.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0016"
branch_labels = None
depends_on = None

_LIVING = sa.text("state NOT IN ('ended', 'expired', 'refused', 'revoked', 'upheld', 'voluntarily_withdrawn')")


def upgrade() -> None:
    with op.batch_alter_table("labels", schema=None) as batch_op:
        batch_op.add_column(sa.Column("identity_hmac", sa.String(length=64), nullable=True))
        batch_op.create_index(batch_op.f("ix_labels_identity_hmac"), ["identity_hmac"], unique=False)
        batch_op.create_index(
            "one_living_label_per_number", ["rpps"], unique=True, sqlite_where=_LIVING, postgresql_where=_LIVING
        )
    with op.batch_alter_table("label_identity_checks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("proof_sha256", sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("label_identity_checks", schema=None) as batch_op:
        batch_op.drop_column("proof_sha256")
    with op.batch_alter_table("labels", schema=None) as batch_op:
        batch_op.drop_index("one_living_label_per_number", sqlite_where=_LIVING, postgresql_where=_LIVING)
        batch_op.drop_index(batch_op.f("ix_labels_identity_hmac"))
        batch_op.drop_column("identity_hmac")
