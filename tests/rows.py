"""Rows of a table, in the order in which they were written: without one, a server gives them in any."""

from sqlalchemy import select

from app.database import current_session


def rows(app, model):
    """Return every row of ``model``, oldest first, read by a session of its own."""
    with app.app_context():
        return list(current_session().scalars(select(model).order_by(*model.__table__.primary_key)))
