"""The JSON API keeps what its own document promises, whatever is sent (schemathesis)."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import positive_data_acceptance

schemathesis.openapi.media_type("application/pdf", st.binary(max_size=400))


@pytest.mark.parametrize("place", range(5), ids=["a code", "a file", "a receipt", "the hash of a file", "many"])
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # what is promised is the same on both
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_keeps_its_promises(app, place):
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    operation = list(schema.get_all_operations())[place].ok()

    @settings(max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def keeps(case):
        # Bytes that are no PDF are rightly refused, though a schema cannot say so.
        # Its transport without a network asks for compression, but does not undo it.
        case.call_and_validate(headers={"Accept-Encoding": "identity"}, excluded_checks=[positive_data_acceptance])

    keeps()
