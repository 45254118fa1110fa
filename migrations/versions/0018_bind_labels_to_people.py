"""one living label per RPPS number, the person who was examined, the paper that an officer saw, and seats on panels

Where two living labels bear one number already, the index is refused: a committee has to look at them first.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
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
    op.create_table(
        "label_seats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(length=16), nullable=False),
        sa.Column("profession", sa.String(length=32), nullable=True),
        sa.Column("granted_by", sa.Integer(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("seat IN ('user', 'peer')", name=op.f("ck_label_seats_granted_seat")),
        sa.CheckConstraint(
            "(seat = 'peer') = (profession IS NOT NULL)", name=op.f("ck_label_seats_peers_have_a_profession")
        ),
        sa.ForeignKeyConstraint(["granted_by"], ["people.id"], name=op.f("fk_label_seats_granted_by_people")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_label_seats_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_seats")),
        sa.UniqueConstraint("person_id", "seat", name="one_row_per_seat"),
    )


def downgrade() -> None:
    op.drop_table("label_seats")
    with op.batch_alter_table("label_identity_checks", schema=None) as batch_op:
        batch_op.drop_column("proof_sha256")
    with op.batch_alter_table("labels", schema=None) as batch_op:
        batch_op.drop_index("one_living_label_per_number", sqlite_where=_LIVING, postgresql_where=_LIVING)
        batch_op.drop_index(batch_op.f("ix_labels_identity_hmac"))
        batch_op.drop_column("identity_hmac")
