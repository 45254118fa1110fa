"""add supervised sessions, their candidates, what happens in them, and the jury"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exam_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("framework_code", sa.String(length=16), nullable=False),
        sa.Column("policy_id", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("code_serial", sa.Integer(), nullable=False),
        sa.Column("code_hmac", sa.String(length=64), nullable=False),
        sa.Column("code_misses", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.Column("draft", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "state IN ('planned', 'open', 'running', 'closed', 'judged', 'published')",
            name=op.f("ck_exam_sessions_known_state"),
        ),
        sa.CheckConstraint("seats > 0 AND minutes > 0", name=op.f("ck_exam_sessions_has_seats_and_time")),
        sa.ForeignKeyConstraint(["closed_by"], ["people.id"], name=op.f("fk_exam_sessions_closed_by_people")),
        sa.ForeignKeyConstraint(["created_by"], ["people.id"], name=op.f("fk_exam_sessions_created_by_people")),
        sa.ForeignKeyConstraint(["published_by"], ["people.id"], name=op.f("fk_exam_sessions_published_by_people")),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structures.id"], name=op.f("fk_exam_sessions_structure_id_structures")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_sessions")),
        sa.UniqueConstraint("code_hmac", name=op.f("uq_exam_sessions_code_hmac")),
        sa.UniqueConstraint("reference", name=op.f("uq_exam_sessions_reference")),
    )
    with op.batch_alter_table("exam_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exam_sessions_structure_id"), ["structure_id"], unique=False)

    op.create_table(
        "exam_staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("duty", sa.String(length=16), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("duty IN ('invigilator', 'juror')", name=op.f("ck_exam_staff_known_duty")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_exam_staff_person_id_people")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["exam_sessions.id"], name=op.f("fk_exam_staff_session_id_exam_sessions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_staff")),
        sa.UniqueConstraint("session_id", "person_id", "duty", name="one_row_per_duty"),
    )
    with op.batch_alter_table("exam_staff", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exam_staff_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_exam_staff_session_id"), ["session_id"], unique=False)

    op.create_table(
        "exam_candidates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("family_name", sa.String(length=80), nullable=False),
        sa.Column("given_names", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("accommodations", sa.JSON(), nullable=False),
        sa.Column("identity_hmac", sa.String(length=64), nullable=True),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document_kind", sa.String(length=24), nullable=True),
        sa.Column("checked_name", sa.String(length=80), nullable=True),
        sa.Column("identity_checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("identity_checked_by", sa.Integer(), nullable=True),
        sa.Column("credential_uuid", sa.String(length=36), nullable=True),
        sa.Column("birth_date_hash", sa.String(length=255), nullable=True),
        sa.Column("arrival_id", sa.Integer(), nullable=True),
        sa.Column("authorised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sitting_id", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_seconds", sa.Integer(), nullable=False),
        sa.Column("extra_minutes", sa.Integer(), nullable=False),
        sa.Column("set_minutes", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finish_reason", sa.String(length=16), nullable=True),
        sa.Column("verdict", sa.String(length=16), nullable=True),
        sa.Column("outcome", sa.JSON(), nullable=True),
        sa.Column("certificate_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificates.id"],
            name=op.f("fk_exam_candidates_certificate_id_certificates"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["identity_checked_by"], ["people.id"], name=op.f("fk_exam_candidates_identity_checked_by_people")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_exam_candidates_person_id_people")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["exam_sessions.id"], name=op.f("fk_exam_candidates_session_id_exam_sessions")
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sittings.id"], name=op.f("fk_exam_candidates_sitting_id_sittings"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_candidates")),
        sa.UniqueConstraint("session_id", "email", name="one_enrolment_per_address"),
        sa.UniqueConstraint("session_id", "number", name="one_number_per_candidate"),
        sa.UniqueConstraint("sitting_id", name="one_candidate_per_sitting"),
    )
    with op.batch_alter_table("exam_candidates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exam_candidates_email"), ["email"], unique=False)
        batch_op.create_index(batch_op.f("ix_exam_candidates_identity_hmac"), ["identity_hmac"], unique=False)
        batch_op.create_index(batch_op.f("ix_exam_candidates_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_exam_candidates_session_id"), ["session_id"], unique=False)

    op.create_table(
        "exam_arrivals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=False),
        sa.Column("web_session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("screen_number", sa.Integer(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["exam_candidates.id"],
            name=op.f("fk_exam_arrivals_candidate_id_exam_candidates"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_exam_arrivals_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_arrivals")),
    )
    with op.batch_alter_table("exam_arrivals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exam_arrivals_candidate_id"), ["candidate_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_exam_arrivals_web_session_id"), ["web_session_id"], unique=False)

    op.create_table(
        "exam_focus_losses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["exam_candidates.id"],
            name=op.f("fk_exam_focus_losses_candidate_id_exam_candidates"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_focus_losses")),
    )
    with op.batch_alter_table("exam_focus_losses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exam_focus_losses_candidate_id"), ["candidate_id"], unique=False)

    op.create_table(
        "exam_hands",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["people.id"], name=op.f("fk_exam_hands_answered_by_people")),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["exam_candidates.id"],
            name=op.f("fk_exam_hands_candidate_id_exam_candidates"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_hands")),
    )
    with op.batch_alter_table("exam_hands", schema=None) as batch_op:
        batch_op.create_index(
            "one_hand_per_candidate",
            ["candidate_id"],
            unique=True,
            sqlite_where=sa.text("answered_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL"),
        )

    op.create_table(
        "exam_incidents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("noted_by", sa.Integer(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["exam_candidates.id"],
            name=op.f("fk_exam_incidents_candidate_id_exam_candidates"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["noted_by"], ["people.id"], name=op.f("fk_exam_incidents_noted_by_people")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["exam_sessions.id"], name=op.f("fk_exam_incidents_session_id_exam_sessions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_incidents")),
    )
    with op.batch_alter_table("exam_incidents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exam_incidents_session_id"), ["session_id"], unique=False)

    op.create_table(
        "jury_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("candidate_id", sa.Integer(), nullable=True),
        sa.Column("item_id", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('dismiss', 'neutralise', 'annul', 'call_off', 'conclude')",
            name=op.f("ck_jury_decisions_known_kind"),
        ),
        sa.CheckConstraint("taken_by IS NULL OR taken_by <> proposed_by", name=op.f("ck_jury_decisions_taken_by_two")),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["exam_candidates.id"],
            name=op.f("fk_jury_decisions_candidate_id_exam_candidates"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["exam_incidents.id"], name=op.f("fk_jury_decisions_incident_id_exam_incidents")
        ),
        sa.ForeignKeyConstraint(["proposed_by"], ["people.id"], name=op.f("fk_jury_decisions_proposed_by_people")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["exam_sessions.id"], name=op.f("fk_jury_decisions_session_id_exam_sessions")
        ),
        sa.ForeignKeyConstraint(["taken_by"], ["people.id"], name=op.f("fk_jury_decisions_taken_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jury_decisions")),
    )
    with op.batch_alter_table("jury_decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_jury_decisions_session_id"), ["session_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("jury_decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_jury_decisions_session_id"))

    op.drop_table("jury_decisions")
    with op.batch_alter_table("exam_incidents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exam_incidents_session_id"))

    op.drop_table("exam_incidents")
    with op.batch_alter_table("exam_hands", schema=None) as batch_op:
        batch_op.drop_index(
            "one_hand_per_candidate",
            sqlite_where=sa.text("answered_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL"),
        )

    op.drop_table("exam_hands")
    with op.batch_alter_table("exam_focus_losses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exam_focus_losses_candidate_id"))

    op.drop_table("exam_focus_losses")
    with op.batch_alter_table("exam_arrivals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exam_arrivals_web_session_id"))
        batch_op.drop_index(batch_op.f("ix_exam_arrivals_candidate_id"))

    op.drop_table("exam_arrivals")
    with op.batch_alter_table("exam_candidates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exam_candidates_session_id"))
        batch_op.drop_index(batch_op.f("ix_exam_candidates_person_id"))
        batch_op.drop_index(batch_op.f("ix_exam_candidates_identity_hmac"))
        batch_op.drop_index(batch_op.f("ix_exam_candidates_email"))

    op.drop_table("exam_candidates")
    with op.batch_alter_table("exam_staff", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exam_staff_session_id"))
        batch_op.drop_index(batch_op.f("ix_exam_staff_person_id"))

    op.drop_table("exam_staff")
    with op.batch_alter_table("exam_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exam_sessions_structure_id"))

    op.drop_table("exam_sessions")
