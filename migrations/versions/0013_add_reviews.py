"""add reviews of contested results, and sessions moved or cancelled"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_BEFORE = "state IN ('planned', 'open', 'running', 'closed', 'judged', 'published')"
_AFTER = "state IN ('planned', 'open', 'running', 'closed', 'judged', 'published', 'cancelled')"


def upgrade() -> None:
    with op.batch_alter_table("exam_sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("changes", sa.Integer(), nullable=False, server_default="0"))
        batch_op.drop_constraint(op.f("ck_exam_sessions_known_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_exam_sessions_known_state"), _AFTER)
    with op.batch_alter_table("exam_sessions", schema=None) as batch_op:
        batch_op.alter_column("changes", server_default=None)
    op.create_table(
        "exam_reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=True),
        sa.Column("case_number", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('neutralise_one', 'neutralise_all', 'call_off', 'restore')",
            name=op.f("ck_exam_reviews_known_kind"),
        ),
        sa.CheckConstraint("taken_by IS NULL OR taken_by <> proposed_by", name=op.f("ck_exam_reviews_taken_by_two")),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["exam_candidates.id"],
            name=op.f("fk_exam_reviews_candidate_id_exam_candidates"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["proposed_by"], ["people.id"], name=op.f("fk_exam_reviews_proposed_by_people")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["exam_sessions.id"], name=op.f("fk_exam_reviews_session_id_exam_sessions")
        ),
        sa.ForeignKeyConstraint(["taken_by"], ["people.id"], name=op.f("fk_exam_reviews_taken_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_reviews")),
    )
    with op.batch_alter_table("exam_reviews", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exam_reviews_session_id"), ["session_id"], unique=False)
    op.create_table(
        "exam_former_outcomes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["exam_candidates.id"],
            name=op.f("fk_exam_former_outcomes_candidate_id_exam_candidates"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["exam_reviews.id"], name=op.f("fk_exam_former_outcomes_review_id_exam_reviews")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_former_outcomes")),
    )
    with op.batch_alter_table("exam_former_outcomes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exam_former_outcomes_candidate_id"), ["candidate_id"], unique=False)


def downgrade() -> None:
    op.drop_table("exam_former_outcomes")
    op.drop_table("exam_reviews")
    # A session cancelled before it began leaves no state to go back to but the one it had.
    op.execute("UPDATE exam_sessions SET state = 'planned' WHERE state = 'cancelled'")
    with op.batch_alter_table("exam_sessions", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_exam_sessions_known_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_exam_sessions_known_state"), _BEFORE)
        batch_op.drop_column("changes")
