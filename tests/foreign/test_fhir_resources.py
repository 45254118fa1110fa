"""Two validators of FHIR R4 that we did not write read every resource that we make: FHIR.js, and the official JSON schema."""

import json
import os
import subprocess
from copy import deepcopy
from pathlib import Path

import pytest

from certificates.fhir import attestation, bundle, capability, definitions, outcome
from certificates.fhir.practitioner import practitioner
from certificates.fhir.terms import LabelStatus, Terms
from tests.builders import NOW, ORGANISATION, ORIGIN, key_ring
from tests.domain.fhir_builders import TERMS, gone, holder, label
from tests.foreign.npm import installed

HERE = Path(__file__).parent / "fhir"
DEMONSTRATION = Terms(origin=ORIGIN, organisation=ORGANISATION, is_demonstration=True)


@pytest.fixture(scope="module")
def validate():
    """Return what both validators find wrong with named resources."""
    modules = installed(HERE, what="the clients of FHIR")

    def run(resources):
        done = subprocess.run(
            ["node", str(HERE / "validate.mjs")],
            input=json.dumps(resources),
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "FOREIGN_MODULES": str(modules)},
        )
        return json.loads(done.stdout)

    return run


def broken():
    """Resources that are wrong on purpose: a validator that takes them proves nothing."""
    whole = practitioner(holder(), TERMS)
    changes = {
        "a name that is not a list": {"name": {"text": "Maëlys"}},
        "active, in words": {"active": "yes"},
        "a member that FHIR does not have": {"status": "active"},
        "a qualification without a code": {"qualification": [{"period": {"start": "2026-11-23"}}]},
        "a thirteenth month": {"qualification": [{"code": {"text": "x"}, "period": {"start": "2026-13-01"}}]},
    }
    return {name: {**deepcopy(whole), **change} for name, change in changes.items()}


def test_the_validators_refuse_what_is_wrong(validate):
    said = validate(broken())

    assert [name for name, found in said.items() if not (found["structure"] or found["schema"])] == []


def test_every_resource_that_we_make_is_valid(validate):
    statuses = {
        f"a label that is {status}": practitioner(holder(label(status=status)), TERMS) for status in LabelStatus
    }
    made = {
        **statuses,
        "two labels": practitioner(holder(label(), label(number="2027-00001-A")), TERMS),
        "without a number": practitioner(holder(label(profession=None, since=None), rpps=None), TERMS),
        "somebody who left": practitioner(gone(), TERMS),
        "a demonstration": practitioner(holder(), DEMONSTRATION),
        "a page of a bundle": bundle.searchset(
            [holder(), gone()], TERMS, self_query="a=1", next_query="b=1", total=None, at=NOW
        ),
        "an empty bundle": bundle.searchset([], TERMS, self_query="a=1", next_query=None, total=0, at=NOW),
        "a refusal": outcome.outcome_of_status(404, diagnostics="No such resource."),
        "a crash": outcome.outcome_of_status(500, diagnostics="Our fault."),
        "the capability statement": capability.capability_statement(TERMS),
        "a signed status": attestation.verification_result(holder(), TERMS, ring=key_ring(), now=NOW),
        **{f"{kind} {name}": one for (kind, name), one in definitions.definitions(TERMS).items()},
    }

    said = validate(made)

    assert {name: found for name, found in said.items() if found["structure"] or found["schema"]} == {}
