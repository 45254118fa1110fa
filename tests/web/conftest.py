"""What stories told through pages begin with."""

import pytest

from app.database import current_session
from tests.services.accounts_builders import PASSWORD
from tests.services.organisations_builders import confirmed


@pytest.fixture
def enter(app, make_visitor):
    """Make an account with a confirmed address and these roles, and sign it in."""

    def entered(email, *roles):
        with app.app_context():
            confirmed(current_session(), email, *roles)
            current_session().commit()
        visitor = make_visitor()
        visitor.get("/connexion")
        visitor.submit("/connexion", email=email, password=PASSWORD)
        return visitor

    return entered
