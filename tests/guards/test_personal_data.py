"""Every table with a person's key is covered when a person leaves, and every personal column has its line."""

from app.accounts.services import privacy
from app.models import METADATA

#: Tables that hold a person's number, and the room whose export, erase and adopt take care of them.
COVERED = {
    "audit_entries": "none: identifiers only, kept",
    "backgrounds": "accounts",
    "cases": "accounts",
    "certificates": "certification",
    "email_links": "accounts",
    "exam_arrivals": "examination",
    "exam_candidates": "examination",
    "exam_claim_slips": "examination",
    "exam_hands": "examination",
    "exam_incidents": "examination",
    "exam_reviews": "examination",
    "exam_sessions": "examination",
    "exam_staff": "examination",
    "finished_modules": "learning",
    "jury_decisions": "examination",
    "label_events": "labels",
    "label_identity_checks": "labels",
    "label_proofs": "labels",
    "label_seats": "labels",
    "label_votes": "labels",
    "labels": "labels",
    "linked_identities": "identity",
    "number_disputes": "identity",
    "outbox_entries": "outbox",
    "passkeys": "identity",
    "pending_steps": "identity",
    "person_roles": "accounts",
    "published_holders": "publication",
    "reserved_exposures": "organisations",
    "professional_numbers": "identity",
    "recovery_codes": "identity",
    "resume_cards": "accounts",
    "second_factors": "identity",
    "sittings": "assessments",
    "structure_members": "organisations",
    "ties": "organisations",
    "watches": "publication",
    "web_sessions": "accounts",
}
_NAMES = {
    "judged_by",
    "actor_id",
    "answered_by",
    "created_by",
    "declared_by",
    "identity_checked_by",
    "named_by",
    "noted_by",
    "person_id",
    "printed_by",
    "proposed_by",
}


def test_every_table_with_a_person_is_covered():
    holders = {name for name, table in METADATA.tables.items() if _NAMES & set(table.columns.keys())}

    assert holders == set(COVERED)


#: Columns that say nothing of a person: numbers of ours, counters, content, versions.
NOT_PERSONAL = {
    "api_clients": {"created_at", "key_hash", "name", "revoked_at"},
    "banks": {"content", "hash", "stored_at"},
    "case_counters": {"last", "year"},
    "cases": {"kind", "number"},
    "exam_sessions": {
        "changes",
        "closed_at",
        "code_hmac",
        "code_misses",
        "code_serial",
        "created_at",
        "framework_code",
        "minutes",
        "opened_at",
        "place",
        "policy_id",
        "published_at",
        "reference",
        "seats",
        "starts_at",
        "state",
        "structure_id",
    },
    "item_uses": {"asked", "item_id", "missed", "policy_id", "rested"},
    "label_appeals": {"label_id"},
    "label_counters": {"last", "year"},
    "label_events": {"label_id"},
    "label_identity_checks": {"label_id"},
    "label_notices": {"label_id"},
    "label_practices": {"cycle", "label_id"},
    "label_proofs": {"label_id", "practice_id", "training_id"},
    "label_trainings": {"cycle", "label_id"},
    "label_votes": {"label_id", "round"},
    "labels": {"reference", "round"},
    "log_leaves": {"event", "kid", "nodes", "seq"},
    "outbox_entries": {"attempts", "delivered_at", "due_at", "failure", "kind", "leased_until"},
    "periodic_runs": {"name", "started_at"},
    "pool_uses": {"framework_code", "policy_id", "sittings"},
    "recorded_answers": {"position", "sitting_id"},
    "policies": {"content", "hash", "stored_at"},
    "sittings": {"bank_hash", "engine_version", "policy_hash", "reference", "seed"},
    "structures": {
        "accredited_from",
        "accredited_until",
        "address",
        "created_at",
        "finess",
        "kind",
        "name",
        "reference",
        "siret",
        "state",
    },
    "watch_lists": {"seed", "token_hmac"},
    "watches": {"list_id", "number"},
    "yearly_reports": {"content", "made_at", "year"},
}


def test_every_column_is_in_the_register_of_personal_data_or_said_not_to_be_personal():
    register = privacy.load_register()

    forgotten = {
        f"{name}.{column}"
        for name, table in METADATA.tables.items()
        for column in set(table.columns.keys()) - {"id"} - NOT_PERSONAL.get(name, set()) - register.columns_of(name)
    }

    assert forgotten == set()


def test_the_register_names_only_columns_that_exist():
    for row in privacy.load_register().rows:
        assert set(row.columns) <= set(METADATA.tables[row.table].columns.keys()), row.table
