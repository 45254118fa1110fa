"""add structures, their members, ties between people and who saw reserved items"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "structures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("finess", sa.String(length=9), nullable=True),
        sa.Column("siret", sa.String(length=14), nullable=True),
        sa.Column("accredited_from", sa.Date(), nullable=False),
        sa.Column("accredited_until", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('accredited', 'suspended', 'ended')", name=op.f("ck_structures_known_state")),
        sa.CheckConstraint("accredited_until >= accredited_from", name=op.f("ck_structures_ends_after_it_begins")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_structures")),
        sa.UniqueConstraint("reference", name=op.f("uq_structures_reference")),
    )
    op.create_table(
        "structure_members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=16), nullable=False),
        sa.Column("framework_code", sa.String(length=16), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("named_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "part IN ('manager', 'invigilator', 'trainer')", name=op.f("ck_structure_members_known_part")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structures.id"], name=op.f("fk_structure_members_structure_id_structures")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_structure_members_person_id_people")),
        sa.ForeignKeyConstraint(["named_by"], ["people.id"], name=op.f("fk_structure_members_named_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_structure_members")),
    )
    with op.batch_alter_table("structure_members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_structure_members_structure_id"), ["structure_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_structure_members_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "one_row_per_part",
            ["structure_id", "person_id", "part", "framework_code"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
    op.create_table(
        "ties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("declared_by", sa.Integer(), nullable=True),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('trainer', 'manager')", name=op.f("ck_ties_known_kind")),
        sa.CheckConstraint("actor_id <> subject_id", name=op.f("ck_ties_of_two_people")),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name=op.f("fk_ties_actor_id_people")),
        sa.ForeignKeyConstraint(["subject_id"], ["people.id"], name=op.f("fk_ties_subject_id_people")),
        sa.ForeignKeyConstraint(["declared_by"], ["people.id"], name=op.f("fk_ties_declared_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ties")),
        sa.UniqueConstraint("actor_id", "subject_id", "kind", "begins_on", name="one_row_per_tie"),
    )
    with op.batch_alter_table("ties", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ties_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ties_subject_id"), ["subject_id"], unique=False)
    op.create_table(
        "reserved_exposures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("framework_code", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('saw', 'wrote')", name=op.f("ck_reserved_exposures_known_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_reserved_exposures_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reserved_exposures")),
        sa.UniqueConstraint("person_id", "framework_code", "kind", name="one_row_per_exposure"),
    )


def downgrade() -> None:
    op.drop_table("reserved_exposures")
    op.drop_table("ties")
    op.drop_table("structure_members")
    op.drop_table("structures")
