"""add sharing links, looks, ends of validity and birth dates"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.add_column(sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("reminded_days", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("birth_date_hash", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("birth_date_tries", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("birth_date_locked_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_certificates_valid_until"), ["valid_until"], unique=False)

    op.create_table(
        "sharing_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("code_hmac", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=80), nullable=False),
        sa.Column("disclosure", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "disclosure in ('all', 'levels', 'existence')", name=op.f("ck_sharing_links_known_disclosure")
        ),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_sharing_links_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificates.id"],
            name=op.f("fk_sharing_links_certificate_id_certificates"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_links")),
        sa.UniqueConstraint("code_hmac", name=op.f("uq_sharing_links_code_hmac")),
    )
    with op.batch_alter_table("sharing_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sharing_links_certificate_id"), ["certificate_id"], unique=False)

    op.create_table(
        "sharing_looks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificates.id"],
            name=op.f("fk_sharing_looks_certificate_id_certificates"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["link_id"], ["sharing_links.id"], name=op.f("fk_sharing_looks_link_id_sharing_links"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_looks")),
    )
    with op.batch_alter_table("sharing_looks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sharing_looks_certificate_id"), ["certificate_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sharing_looks_at"), ["at"], unique=False)


def downgrade() -> None:
    op.drop_table("sharing_looks")
    op.drop_table("sharing_links")
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificates_valid_until"))
        batch_op.drop_column("birth_date_locked_until")
        batch_op.drop_column("birth_date_tries")
        batch_op.drop_column("birth_date_hash")
        batch_op.drop_column("reminded_days")
        batch_op.drop_column("valid_until")
