"""add publication"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_clients",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_clients")),
        sa.UniqueConstraint("key_hash", name="one_client_per_key"),
    )
    op.create_table(
        "watch_lists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("webhook_url", sa.String(length=500), nullable=True),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("token_hmac", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch_lists")),
        sa.UniqueConstraint("token_hmac", name="one_list_per_token"),
    )
    with op.batch_alter_table("watch_lists", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_watch_lists_email"), ["email"], unique=False)
    op.create_table(
        "yearly_reports",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_yearly_reports")),
    )
    op.create_table(
        "published_holders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("reference", sa.String(length=36), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_published_holders_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_holders")),
        sa.UniqueConstraint("person_id", name="one_holder_per_person"),
        sa.UniqueConstraint("reference", name="one_holder_per_reference"),
    )
    with op.batch_alter_table("published_holders", schema=None) as batch_op:
        batch_op.create_index("holders_by_change", ["changed_at", "id"], unique=False)
    op.create_table(
        "register_reads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["api_clients.id"], name=op.f("fk_register_reads_client_id_api_clients")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"],
            ["published_holders.id"],
            name=op.f("fk_register_reads_holder_id_published_holders"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_reads")),
    )
    with op.batch_alter_table("register_reads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_register_reads_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_register_reads_holder_id"), ["holder_id"], unique=False)
    op.create_table(
        "watches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told", sa.String(length=12), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('asked', 'waiting', 'active', 'declined', 'stopped')", name=op.f("ck_watches_known_state")
        ),
        sa.ForeignKeyConstraint(["label_id"], ["labels.id"], name=op.f("fk_watches_label_id_labels")),
        sa.ForeignKeyConstraint(
            ["list_id"], ["watch_lists.id"], name=op.f("fk_watches_list_id_watch_lists"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_watches_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watches")),
        sa.UniqueConstraint("list_id", "number", name="one_watch_per_number"),
    )
    with op.batch_alter_table("watches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_watches_label_id"), ["label_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_watches_list_id"), ["list_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_watches_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("watches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_watches_person_id"))
        batch_op.drop_index(batch_op.f("ix_watches_list_id"))
        batch_op.drop_index(batch_op.f("ix_watches_label_id"))
    op.drop_table("watches")
    with op.batch_alter_table("register_reads", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_register_reads_holder_id"))
        batch_op.drop_index(batch_op.f("ix_register_reads_at"))
    op.drop_table("register_reads")
    with op.batch_alter_table("published_holders", schema=None) as batch_op:
        batch_op.drop_index("holders_by_change")
    op.drop_table("published_holders")
    op.drop_table("yearly_reports")
    with op.batch_alter_table("watch_lists", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_watch_lists_email"))
    op.drop_table("watch_lists")
    op.drop_table("api_clients")
