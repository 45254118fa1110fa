"""add labels"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "label_counters",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_label_counters")),
    )
    op.create_table(
        "labels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("criteria_version", sa.String(length=32), nullable=False),
        sa.Column("log_salt", sa.LargeBinary(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("profession", sa.String(length=32), nullable=True),
        sa.Column("is_prescriber", sa.Boolean(), nullable=False),
        sa.Column("is_tested_out", sa.Boolean(), nullable=False),
        sa.Column("charter_version", sa.String(length=16), nullable=True),
        sa.Column("charter_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("interests", sa.Text(), nullable=True),
        sa.Column("public_accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("printed_name", sa.String(length=80), nullable=True),
        sa.Column("rpps", sa.String(length=11), nullable=True),
        sa.Column("awarded_on", sa.Date(), nullable=True),
        sa.Column("term_from", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("extended_months", sa.Integer(), nullable=False),
        sa.Column("renewals", sa.Integer(), nullable=False),
        sa.Column("renewal_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("certificate_id", sa.Integer(), nullable=True),
        sa.Column("reminded_days", sa.Integer(), nullable=True),
        sa.Column("audit", sa.String(length=16), nullable=False),
        sa.Column("ground", sa.String(length=32), nullable=True),
        sa.Column("appealed", sa.String(length=24), nullable=True),
        sa.Column("paused_from", sa.String(length=24), nullable=True),
        sa.Column("is_paused_by_holder", sa.Boolean(), nullable=False),
        sa.Column("pause_announced_on", sa.Date(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'under_review', 'refused', 'awarded', 'renewal_due', 'renewed', 'expired', 'suspended', 'reinstated', 'revoked', 'appeal', 'upheld', 'overturned', 'voluntarily_withdrawn', 'dormant', 'ended')",
            name=op.f("ck_labels_known_state"),
        ),
        sa.CheckConstraint("ends_on > awarded_on", name=op.f("ck_labels_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name=op.f("fk_labels_certificate_id_certificates")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_labels_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_labels")),
        sa.UniqueConstraint("number", name=op.f("uq_labels_number")),
        sa.UniqueConstraint("reference", name=op.f("uq_labels_reference")),
    )
    with op.batch_alter_table("labels", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_labels_certificate_id"), ["certificate_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_labels_ends_on"), ["ends_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_labels_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_labels_rpps"), ["rpps"], unique=False)
        batch_op.create_index(batch_op.f("ix_labels_state"), ["state"], unique=False)
        batch_op.create_index(
            "one_living_label_per_person",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text(
                "state NOT IN ('ended', 'expired', 'refused', 'revoked', 'upheld', 'voluntarily_withdrawn')"
            ),
            postgresql_where=sa.text(
                "state NOT IN ('ended', 'expired', 'refused', 'revoked', 'upheld', 'voluntarily_withdrawn')"
            ),
        )

    op.create_table(
        "label_appeals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("against", sa.String(length=24), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["label_id"], ["labels.id"], name=op.f("fk_label_appeals_label_id_labels")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_appeals")),
    )
    with op.batch_alter_table("label_appeals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_label_appeals_label_id"), ["label_id"], unique=False)

    op.create_table(
        "label_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("transition", sa.String(length=32), nullable=False),
        sa.Column("from_state", sa.String(length=24), nullable=False),
        sa.Column("to_state", sa.String(length=24), nullable=False),
        sa.Column("actor", sa.String(length=16), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("log_seq", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name=op.f("fk_label_events_actor_id_people")),
        sa.ForeignKeyConstraint(["label_id"], ["labels.id"], name=op.f("fk_label_events_label_id_labels")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_events")),
    )
    with op.batch_alter_table("label_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_label_events_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_label_events_label_id"), ["label_id"], unique=False)

    op.create_table(
        "label_identity_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=16), nullable=False),
        sa.Column("is_good", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["label_id"], ["labels.id"], name=op.f("fk_label_identity_checks_label_id_labels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_label_identity_checks_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_identity_checks")),
        sa.UniqueConstraint("label_id", "subject", "person_id", name="one_check_per_officer"),
    )
    with op.batch_alter_table("label_identity_checks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_label_identity_checks_label_id"), ["label_id"], unique=False)

    op.create_table(
        "label_notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("ground", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('suspension', 'revocation')", name=op.f("ck_label_notices_known_kind")),
        sa.ForeignKeyConstraint(["label_id"], ["labels.id"], name=op.f("fk_label_notices_label_id_labels")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_notices")),
    )
    with op.batch_alter_table("label_notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_label_notices_label_id"), ["label_id"], unique=False)
        batch_op.create_index(
            "one_open_notice_per_label",
            ["label_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "label_practices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("practice", sa.String(length=32), nullable=False),
        sa.Column("declaration", sa.Text(), nullable=False),
        sa.Column("is_equivalent", sa.Boolean(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["label_id"], ["labels.id"], name=op.f("fk_label_practices_label_id_labels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_practices")),
        sa.UniqueConstraint("label_id", "cycle", "practice", name="one_row_per_practice"),
    )
    with op.batch_alter_table("label_practices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_label_practices_label_id"), ["label_id"], unique=False)

    op.create_table(
        "label_trainings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("body", sa.String(length=120), nullable=False),
        sa.Column("hours", sa.Double(), nullable=False),
        sa.Column("theme", sa.String(length=16), nullable=False),
        sa.Column("is_initial", sa.Boolean(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.CheckConstraint("hours > 0", name=op.f("ck_label_trainings_some_hours")),
        sa.ForeignKeyConstraint(
            ["label_id"], ["labels.id"], name=op.f("fk_label_trainings_label_id_labels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_trainings")),
    )
    with op.batch_alter_table("label_trainings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_label_trainings_label_id"), ["label_id"], unique=False)

    op.create_table(
        "label_votes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("transition", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("seat", sa.String(length=16), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["labels.id"], name=op.f("fk_label_votes_label_id_labels")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_label_votes_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_votes")),
        sa.UniqueConstraint("label_id", "round", "person_id", name="one_vote_per_person"),
    )
    with op.batch_alter_table("label_votes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_label_votes_label_id"), ["label_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_label_votes_person_id"), ["person_id"], unique=False)

    op.create_table(
        "label_proofs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=16), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=True),
        sa.Column("training_id", sa.Integer(), nullable=True),
        sa.Column("media_type", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("flags", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("judgement", sa.String(length=16), nullable=False),
        sa.Column("judged_by", sa.Integer(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "judgement IN ('given', 'accepted', 'refused')", name=op.f("ck_label_proofs_known_judgement")
        ),
        sa.ForeignKeyConstraint(["judged_by"], ["people.id"], name=op.f("fk_label_proofs_judged_by_people")),
        sa.ForeignKeyConstraint(
            ["label_id"], ["labels.id"], name=op.f("fk_label_proofs_label_id_labels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"],
            ["label_practices.id"],
            name=op.f("fk_label_proofs_practice_id_label_practices"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["training_id"],
            ["label_trainings.id"],
            name=op.f("fk_label_proofs_training_id_label_trainings"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_proofs")),
        sa.UniqueConstraint("practice_id", name="one_proof_per_practice"),
        sa.UniqueConstraint("training_id", name="one_proof_per_training"),
    )
    with op.batch_alter_table("label_proofs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_label_proofs_label_id"), ["label_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("label_proofs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_label_proofs_label_id"))

    op.drop_table("label_proofs")
    with op.batch_alter_table("label_votes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_label_votes_person_id"))
        batch_op.drop_index(batch_op.f("ix_label_votes_label_id"))

    op.drop_table("label_votes")
    with op.batch_alter_table("label_trainings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_label_trainings_label_id"))

    op.drop_table("label_trainings")
    with op.batch_alter_table("label_practices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_label_practices_label_id"))

    op.drop_table("label_practices")
    with op.batch_alter_table("label_notices", schema=None) as batch_op:
        batch_op.drop_index(
            "one_open_notice_per_label",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_label_notices_label_id"))

    op.drop_table("label_notices")
    with op.batch_alter_table("label_identity_checks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_label_identity_checks_label_id"))

    op.drop_table("label_identity_checks")
    with op.batch_alter_table("label_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_label_events_label_id"))
        batch_op.drop_index(batch_op.f("ix_label_events_at"))

    op.drop_table("label_events")
    with op.batch_alter_table("label_appeals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_label_appeals_label_id"))

    op.drop_table("label_appeals")
    with op.batch_alter_table("labels", schema=None) as batch_op:
        batch_op.drop_index(
            "one_living_label_per_person",
            sqlite_where=sa.text(
                "state NOT IN ('ended', 'expired', 'refused', 'revoked', 'upheld', 'voluntarily_withdrawn')"
            ),
            postgresql_where=sa.text(
                "state NOT IN ('ended', 'expired', 'refused', 'revoked', 'upheld', 'voluntarily_withdrawn')"
            ),
        )
        batch_op.drop_index(batch_op.f("ix_labels_state"))
        batch_op.drop_index(batch_op.f("ix_labels_rpps"))
        batch_op.drop_index(batch_op.f("ix_labels_person_id"))
        batch_op.drop_index(batch_op.f("ix_labels_ends_on"))
        batch_op.drop_index(batch_op.f("ix_labels_certificate_id"))

    op.drop_table("labels")
    op.drop_table("label_counters")
