"""Addresses: who may call them, what they look like, and that none disappears by accident (our codes are on paper)."""

import json
import re
from inspect import iscoroutinefunction
from pathlib import Path

from app.access import Permission, declared_permission, is_declared
from app.navigation import declared_back
from app.web import limiter

ROUTES = Path(__file__).with_name("routes.json")

#: Adding one is a visible line in a diff.
PUBLIC = {
    "accounts.ask_link",
    "accounts.complain",
    "accounts.confirm_address",
    "accounts.finished",
    "accounts.follow_link",
    "accounts.leave",
    "accounts.reminders",
    "accounts.resume",
    "accounts.sign_in",
    "accounts.sign_out",
    "accounts.sign_up",
    "accounts.stop_reminders",
    "api-docs.openapi_json",
    "assessments.begin",
    "assessments.start",
    "examination.claim",
    "examination.door",
    "examination.join",
    "fhir.read",
    "fhir.refuse",
    "fhir.search",
    "identity.after_farewell",
    "identity.challenge",
    "identity.come_back",
    "identity.farewell",
    "identity.new_identity",
    "identity.second_challenge",
    "identity.second_passkey",
    "identity.second_step",
    "identity.start",
    "identity.use_passkey",
    "learning.finish",
    "learning.index",
    "learning.module",
    "learning.practice",
    "public.accessibility",
    "public.comfort",
    "public.healthz",
    "public.home",
    "public.legal",
    "public.measurement",
    "public.metrics",
    "public.privacy",
    "public.readyz",
    "public.recommendations",
    "public.security",
    "public.set_comfort",
    "publication.add",
    "publication.badge",
    "publication.confirm",
    "publication.drop",
    "publication.find",
    "publication.follow",
    "publication.followed",
    "publication.index",
    "publication.label",
    "publication.stop",
    "publication.year",
    "publication.year_sheet",
    "publication.years",
    "transparency.about",
    "transparency.consistency",
    "transparency.entries",
    "transparency.inclusion",
    "transparency.keys",
    "transparency.signed_head",
    "verification-api.certificate",
    "verification-api.document",
    "verification-api.receipt",
    "verification-api.verify",
    "verification-api.handed_out",
    "verification.check",
    "verification.check_file",
    "verification.check_files",
    "verification.check_sheet",
    "verification.compare_birth_date",
    "verification.criteria",
    "verification.did",
    "verification.file_receipt",
    "verification.find",
    "verification.index",
    "verification.issuer",
    "verification.jwks",
    "verification.key",
    "verification.receipt",
    "verification.sheet",
    "verification.sheet_template",
    "verification.offline",
    "verification.service_worker",
    "verification.short_address",
    "verification.statement",
    "verification.status_document",
    "verification.status_list",
    "verification.suspension_document",
    "verification.suspension_list",
}


def test_every_endpoint_declares_who_may_call_it(app):
    undeclared = [name for name, view in app.view_functions.items() if not is_declared(view)]

    assert undeclared == []


def test_the_public_endpoints_are_these(app):
    public = {name for name, view in app.view_functions.items() if declared_permission(view) is None}

    assert public == PUBLIC


def test_every_page_that_only_answers_post_says_where_it_is_come_back_to(app):
    """Its language and comfort links lead there; the JSON API shows no page."""
    answers_get = {rule.rule for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    silent = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule not in answers_get
        and not rule.rule.startswith("/api/")
        and declared_back(app.view_functions[rule.endpoint]) is None
    ]

    assert silent == []


def test_where_a_page_is_come_back_to_is_built_from_the_same_parameters(app):
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules()}
    for rule in rules.values():
        back = declared_back(app.view_functions[rule.endpoint])
        if back is not None:
            assert "GET" in rules[back].methods, rule.endpoint
            assert rules[back].arguments <= rule.arguments, rule.endpoint


def test_every_permission_is_demanded_somewhere(app):
    demanded = {declared_permission(view) for view in app.view_functions.values()}

    assert set(Permission) - demanded == set()


def test_addresses_are_lower_case_with_dashes_and_typed_parameters(app):
    for rule in app.url_map.iter_rules():
        fixed = re.sub(r"<[^>]+>", "", rule.rule)
        assert re.fullmatch(r"[a-z0-9/.-]*", fixed), rule.rule
        for parameter in re.findall(r"<([^>]+)>", rule.rule):
            assert ":" in parameter, f"{rule.rule}: untyped {parameter}"


def test_no_address_disappears_unless_on_purpose(app):
    now = sorted(
        {f"{rule.rule} {' '.join(sorted(rule.methods - {'HEAD', 'OPTIONS'}))}" for rule in app.url_map.iter_rules()}
    )

    known = json.loads(ROUTES.read_text(encoding="utf-8"))

    assert now == known, "write tests/guards/routes.json again if this is on purpose"


def test_every_limit_is_set_on_a_view():
    """Nothing is counted before a view is called (`app/web.py`): a limit set elsewhere would never be."""
    kept = limiter.limit_manager

    assert not kept.application_limits
    assert not kept.default_limits
    assert not kept._blueprint_limits


def test_no_view_is_a_coroutine(app):
    """`Application.ensure_sync` hands views and hooks on as they are."""
    assert not [name for name, view in app.view_functions.items() if iscoroutinefunction(view)]
