"""Which desks of their own the menu leads a signed-in person to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BindParameter, Integer, bindparam, select

from app.identity.models import ProfessionalNumber
from app.labels.models import Label
from app.organisations.models import Member, Part

if TYPE_CHECKING:
    from app.reader import Reader

_PERSON: BindParameter[int] = bindparam("person_id", type_=Integer())
_WORKS = select(Member.id).where(
    Member.person_id == _PERSON, Member.ended_at.is_(None), Member.part != Part.TRAINER.value
)
_IS_LABELLED = select(Label.id).where(Label.person_id == _PERSON)
_IS_PROFESSIONAL = select(ProfessionalNumber.id).where(ProfessionalNumber.person_id == _PERSON)
_OWN = select(_WORKS.exists(), (_IS_LABELLED.exists() | _IS_PROFESSIONAL.exists()))


def own_desks(reader: Reader, *, person_id: int) -> frozenset[str]:
    """Return `structure` for who manages one or invigilates in one, `label` for who has one, asks for one, or is a professional."""
    works, has_label = reader.execute(_OWN, {"person_id": person_id}).first() or (False, False)
    return frozenset(name for name, is_there in (("structure", works), ("label", has_label)) if is_there)
