"""add claim slips, arranged breaks, readers, and second sets that are owed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


_BEFORE = "kind IN ('dismiss', 'neutralise', 'annul', 'call_off', 'conclude')"
_AFTER = "kind IN ('dismiss', 'neutralise', 'annul', 'call_off', 'defer', 'conclude')"
_REVIEWS_BEFORE = "kind IN ('neutralise_one', 'neutralise_all', 'call_off', 'restore')"
_REVIEWS_AFTER = "kind IN ('neutralise_one', 'neutralise_all', 'call_off', 'restore', 'defer')"


def upgrade() -> None:
    op.create_table(
        "exam_claim_slips",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("failed_attempts", sa.Integer(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("printed_by", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["exam_candidates.id"],
            name=op.f("fk_exam_claim_slips_candidate_id_exam_candidates"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["printed_by"], ["people.id"], name=op.f("fk_exam_claim_slips_printed_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_claim_slips")),
        sa.UniqueConstraint("candidate_id", name="one_claim_slip_per_candidate"),
        sa.UniqueConstraint("code_hash", name="one_claim_slip_per_code"),
    )
    with op.batch_alter_table("exam_claim_slips", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exam_claim_slips_expires_at"), ["expires_at"], unique=False)
    with op.batch_alter_table("exam_candidates", schema=None) as batch_op:
        batch_op.add_column(sa.Column("break_began_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("break_seconds", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("break_count", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("reader_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("owed_themes", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("continues_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_exam_candidates_reader_id_people"), "people", ["reader_id"], ["id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_exam_candidates_continues_id_exam_candidates"),
            "exam_candidates",
            ["continues_id"],
            ["id"],
            ondelete="SET NULL",
        )
    with op.batch_alter_table("jury_decisions", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_jury_decisions_known_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_jury_decisions_known_kind"), _AFTER)
    with op.batch_alter_table("exam_reviews", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_exam_reviews_known_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_exam_reviews_known_kind"), _REVIEWS_AFTER)


def downgrade() -> None:
    # The second set would be sat at another session: without that, what was cut off is dismissed, as before.
    op.execute("UPDATE jury_decisions SET kind = 'dismiss' WHERE kind = 'defer'")
    op.execute("DELETE FROM exam_former_outcomes WHERE review_id IN (SELECT id FROM exam_reviews WHERE kind = 'defer')")
    op.execute("DELETE FROM exam_reviews WHERE kind = 'defer'")
    op.execute("UPDATE exam_candidates SET verdict = 'failed' WHERE verdict = 'owed'")
    with op.batch_alter_table("exam_reviews", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_exam_reviews_known_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_exam_reviews_known_kind"), _REVIEWS_BEFORE)
    with op.batch_alter_table("jury_decisions", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_jury_decisions_known_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_jury_decisions_known_kind"), _BEFORE)
    with op.batch_alter_table("exam_candidates", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_exam_candidates_continues_id_exam_candidates"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_exam_candidates_reader_id_people"), type_="foreignkey")
        for column in ("continues_id", "owed_themes", "reader_id", "break_count", "break_seconds", "break_began_at"):
            batch_op.drop_column(column)
    op.drop_table("exam_claim_slips")
