"""add what people agree to tell about themselves, so that items can be checked for fairness"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "backgrounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("age_band", sa.String(length=8), nullable=True),
        sa.Column("sex", sa.String(length=8), nullable=True),
        sa.Column("first_language", sa.String(length=8), nullable=True),
        sa.Column("consent", sa.String(length=16), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "age_band IS NOT NULL OR sex IS NOT NULL OR first_language IS NOT NULL",
            name=op.f("ck_backgrounds_tells_something"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_backgrounds_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backgrounds")),
        sa.UniqueConstraint("person_id", name="one_background_per_person"),
    )


def downgrade() -> None:
    op.drop_table("backgrounds")
