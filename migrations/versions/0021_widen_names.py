"""let a name have as many signs as a certificate prints"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

#: Table -> its names, and whether each may be missing.
_NAMES = {
    "people": {"printed_name": True},
    "labels": {"printed_name": True},
    "exam_candidates": {"family_name": False, "given_names": False, "checked_name": True},
}


def upgrade() -> None:
    _resize(80, 120)


def downgrade() -> None:
    # PostgreSQL refuses to go back while a longer name is there, rather than cut somebody's name.
    _resize(120, 80)


def _resize(before: int, after: int) -> None:
    for table, columns in _NAMES.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name, is_nullable in columns.items():
                batch_op.alter_column(
                    name,
                    existing_type=sa.String(length=before),
                    type_=sa.String(length=after),
                    existing_nullable=is_nullable,
                )
