"""Say which identity the digest of a date of birth is bound to, where a certificate was issued again.

The column is null for all that exists: the digest is then bound to the certificate's own. The version that is running neither reads
nor writes it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("certificates") as table:
        table.add_column(sa.Column("birth_date_bound_to", sa.String(length=255), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("certificates") as table:
        table.drop_column("birth_date_bound_to")
