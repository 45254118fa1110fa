"""add linked identities, passkeys, second factors, recovery codes, professional numbers and pending steps"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "linked_identities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("subject_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_linked_identities_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_linked_identities")),
        sa.UniqueConstraint("person_id", "provider", name="one_identity_per_provider"),
        sa.UniqueConstraint("provider", "subject_hash", name="one_account_per_identity"),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_passkeys_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name="one_row_per_passkey"),
    )
    with op.batch_alter_table("passkeys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkeys_person_id"), ["person_id"], unique=False)

    op.create_table(
        "pending_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_pending_steps_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_steps")),
        sa.UniqueConstraint("token_hash", name="one_step_per_token"),
    )
    with op.batch_alter_table("pending_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pending_steps_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_pending_steps_person_id"), ["person_id"], unique=False)

    op.create_table(
        "professional_numbers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("rpps", sa.String(length=11), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activity", sa.String(length=8), nullable=False),
        sa.Column("activity_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("national", sa.Boolean(), nullable=False),
        sa.Column("directory_name", sa.String(length=160), nullable=True),
        sa.Column("profession", sa.String(length=120), nullable=True),
        sa.CheckConstraint(
            "activity IN ('active', 'inactive', 'unknown')", name=op.f("ck_professional_numbers_known_activity")
        ),
        sa.CheckConstraint("source IN ('provider', 'declared')", name=op.f("ck_professional_numbers_known_source")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_professional_numbers_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_professional_numbers")),
        sa.UniqueConstraint("person_id", name="one_number_per_person"),
        sa.UniqueConstraint("rpps", name="one_account_per_number"),
    )
    with op.batch_alter_table("professional_numbers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_professional_numbers_checked_at"), ["checked_at"], unique=False)

    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_recovery_codes_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("code_hash", name="one_row_per_recovery_code"),
    )
    with op.batch_alter_table("recovery_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_codes_person_id"), ["person_id"], unique=False)

    op.create_table(
        "second_factors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("enabled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_second_factors_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factors")),
        sa.UniqueConstraint("person_id", name="one_second_factor_per_person"),
    )


def downgrade() -> None:
    op.drop_table("second_factors")
    op.drop_table("recovery_codes")
    op.drop_table("professional_numbers")
    op.drop_table("pending_steps")
    op.drop_table("passkeys")
    op.drop_table("linked_identities")
