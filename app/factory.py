"""create_app: assembles, decides nothing."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask_migrate import Migrate
from flask_smorest import Api
from sqlalchemy import Index, UniqueConstraint
from whitenoise import WhiteNoise

from app import (
    access,
    assets,
    commands,
    compression,
    database,
    navigation,
    outbox,
    reader,
    refusals,
    resources,
    telemetry,
    web,
    writer,
)
from app.accounts import views as accounts_views
from app.accounts.services import privacy, retention
from app.accounts.services.personal_data import PersonRoom
from app.accounts.services.proofs import OtherProofs
from app.accounts.services.web_sessions import GUEST_LIFETIME
from app.administration import views as administration_views
from app.administration.services import menu
from app.assessments import views as assessments_views
from app.assessments.services import personal_data as assessments_data
from app.assessments.services import results
from app.certification import views as certification_views
from app.certification.services import looks, reminders
from app.certification.services import personal_data as certification_data
from app.examination import views as examination_views
from app.examination.services import claim_slips, taking_over
from app.examination.services import personal_data as examination_data
from app.identity import views as identity_views
from app.identity.models import Activity, Provider
from app.identity.services import annuaire, professional, proofs, steps
from app.identity.services import personal_data as identity_data
from app.identity.services.providers import PROFILES, RelyingParty
from app.labels import views as labels_views
from app.labels.services import clock as label_clock
from app.labels.services import personal_data as labels_data
from app.learning import views as learning_views
from app.learning.services import acts
from app.learning.services import personal_data as learning_data
from app.light import Application
from app.mail import KIND as MAIL
from app.mail import Postman
from app.models import METADATA
from app.organisations import views as organisations_views
from app.organisations.services import personal_data as organisations_data
from app.public import views as public_views
from app.publication import api as fhir_api
from app.publication import views as publication_views
from app.publication.services import consent, upkeep
from app.publication.services import personal_data as publication_data
from app.publication.services.reads import Reads
from app.publication.services.webhooks import KIND as WEBHOOK
from app.publication.services.webhooks import Messenger
from app.transparency import views as transparency_views
from app.verification import api as verification_api
from app.verification import views as verification_views

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask
    from sqlalchemy.orm import Session

    from app.resources import Resources
    from app.settings import Settings

HERE = Path(__file__).parent
ROOMS = (
    public_views,
    accounts_views,
    identity_views,
    organisations_views,
    learning_views,
    assessments_views,
    certification_views,
    labels_views,
    examination_views,
    transparency_views,
    publication_views,
    fhir_api,
    verification_views,
    administration_views,
)


def create_app(settings: Settings, *, loaded: Resources | None = None) -> Flask:
    """Assemble the application.

    Args:
        loaded: Resources already loaded, so that tests and commands load the bank once.

    Raises:
        quizzes.errors.ContentError: The content has faults.
        certificates.errors.CertificateError: The keys cannot be opened.
    """
    app = Application("app", static_folder=None, root_path=str(HERE))
    app.config["PUBLIC_URL"] = settings.public_url
    loaded = loaded or resources.load(settings)
    app.extensions["numericite.resources"] = loaded
    app.extensions["numericite.constraint_columns"] = _constraint_columns()
    register = privacy.load_register()
    rooms = _person_rooms(loaded, register)
    app.extensions["numericite.person_rooms"] = rooms
    app.extensions["numericite.privacy_register"] = register
    _install_identity(app, settings)
    _install_labels(app, loaded)
    telemetry.install(app)
    compression.install(app)
    database.install(app, url=settings.database_url)
    reader.install(app, url=settings.database_url)
    with app.app_context():
        writer.install(app, database.db.engine)
        app.extensions["numericite.looks"] = looks.Looks(database.db.engine)
        app.extensions["numericite.reads"] = Reads(database.db.engine)
    Migrate(app, database.db, directory=str(HERE.parent / "migrations"))
    web.install(app, settings)
    app.config["PERMANENT_SESSION_LIFETIME"] = GUEST_LIFETIME  # a cookie that ended sooner would lose the guest
    access.install(app, load_identity=accounts_views.load_identity)
    navigation.install(app, own_desks=lambda person_id: menu.own_desks(reader.current_reader(), person_id=person_id))
    for room in ROOMS:
        app.register_blueprint(room.blueprint)
    _install_api(app)
    refusals.install(app)
    _install_static_files(app, settings)
    app.extensions["numericite.outbox"] = outbox.Worker(
        app, handlers=_handlers(settings, loaded), works=_works(app, rooms, loaded)
    )
    commands.install(app)
    return app


def _constraint_columns() -> dict[str, str]:
    """Map each named rule to the words with which SQLite reports its breach."""
    rules = [
        (rule.name, table.name, rule.columns)
        for table in METADATA.tables.values()
        for rule in (*table.constraints, *table.indexes)
        if isinstance(rule, UniqueConstraint) or (isinstance(rule, Index) and rule.unique)
    ]
    return {str(name): ", ".join(f"{table}.{column.name}" for column in columns) for name, table, columns in rules}


def _install_api(app: Flask) -> None:
    """Serve the JSON API under /api/v1/ with its OpenAPI document."""
    app.config.update(
        API_TITLE="Numéricité",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = Api(app)
    web.csrf.exempt(verification_api.blueprint)
    api.register_blueprint(verification_api.blueprint)
    document = app.view_functions["api-docs.openapi_json"]

    def openapi() -> Any:  # noqa: ANN401 (whatever flask-smorest's own view answers)
        return document()  # a bound method, which takes no mark

    app.view_functions["api-docs.openapi_json"] = access.public(openapi)


def _install_static_files(app: Flask, settings: Settings) -> None:
    """Build the hashed, compressed files once and let WhiteNoise serve them for ever."""
    target = settings.instance_directory / "static"
    app.extensions["numericite.assets"] = assets.build(HERE / "static", target)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]  # as Flask documents it
        app.wsgi_app, root=str(target), prefix="static/", immutable_file_test=lambda _path, _url: True
    )


def _handlers(settings: Settings, loaded: Resources) -> dict[str, outbox.Handler]:
    return {
        acts.KIND: acts.Reminder(modules=loaded.modules, secret=settings.reference_secret, origin=settings.public_url),
        MAIL: Postman(
            sender=settings.organisation_email,
            directory=settings.mail_directory,
            smtp_url=settings.smtp_url,
            still_stands=consent.still_stands,
        ),
        WEBHOOK: Messenger(allows_loopback=settings.is_loopback),
    }


def _install_identity(app: Flask, settings: Settings) -> None:
    """Say who vouches for people, which directory is asked, and who reacts when a professional's activity changes."""
    known = {Provider.FRANCECONNECT: settings.franceconnect, Provider.PRO_SANTE_CONNECT: settings.pro_sante_connect}
    app.extensions["numericite.parties"] = {
        provider: RelyingParty(PROFILES[provider], ours, public_url=settings.public_url)
        for provider, ours in known.items()
        if ours is not None
    }
    app.extensions["numericite.directory"] = (
        annuaire.FileDirectory(settings.annuaire_file or annuaire.SHIPPED_FILE)
        if settings.annuaire_url is None
        else annuaire.NationalDirectory(settings.annuaire_url, settings.annuaire_key)
    )
    app.extensions["numericite.on_activity"] = None  # whoever holds labels reacts, once the keys are open
    app.extensions["numericite.other_proofs"] = OtherProofs(
        second_step=identity_views.ask_second,
        holds=proofs.holds_any,
        forget=proofs.forget_all,
        confirm_first=identity_views.confirm_first,
        farewell=identity_views.way_out,
    )


def _install_labels(app: Flask, loaded: Resources) -> None:
    """Let the label of a person react when their number becomes active or inactive."""

    def react(db: Session, /, *, person_id: int, before: Activity, after: Activity, now: datetime) -> None:  # noqa: ARG001 (the label reads the number itself)
        label_clock.react(db, person_id=person_id, ring=loaded.ring, origin=loaded.settings.public_url, now=now)

    app.extensions["numericite.on_activity"] = react


def _works(app: Flask, rooms: tuple[PersonRoom, ...], loaded: Resources) -> tuple[outbox.PeriodicWork, ...]:
    secret = loaded.settings.reference_secret

    def forget(db: Session, now: datetime) -> None:
        retention.run(db, rooms=rooms, now=now)

    def remind(db: Session, now: datetime) -> None:
        reminders.remind(db, ring=loaded.ring, secret=secret, origin=loaded.settings.public_url, now=now)

    def recheck(db: Session, now: datetime) -> None:
        directory, on_change = app.extensions["numericite.directory"], app.extensions["numericite.on_activity"]
        professional.recheck(db, directory=directory, on_change=on_change, now=now)

    place = 0  # a turn that was cut short goes on from here, at the next one

    def turn_labels(db: Session, now: datetime) -> bool:
        nonlocal place
        last = label_clock.turn(
            db,
            ring=loaded.ring,
            secret=secret,
            origin=loaded.settings.public_url,
            after=place,
            count=label_clock.AT_ONCE,
            now=now,
        )
        place = last or 0
        return last is not None

    def forget_steps(db: Session, now: datetime) -> None:
        steps.purge(db, now=now)

    return (
        # Fifty numbers each time: in the thirty days that an answer holds, a hundred and forty thousand.
        outbox.PeriodicWork(name="directory", every=timedelta(minutes=15), run=recheck),
        outbox.PeriodicWork(name="labels", every=timedelta(hours=6), run=turn_labels),
        outbox.PeriodicWork(name="steps", every=timedelta(hours=1), run=forget_steps),
        outbox.PeriodicWork(name="retention", every=timedelta(days=1), run=forget),
        outbox.PeriodicWork(name="reminders", every=timedelta(hours=12), run=remind),
        *upkeep.works(ring=loaded.ring, secret=secret, origin=loaded.settings.public_url),
    )


def _person_rooms(loaded: Resources, register: privacy.PrivacyRegister) -> tuple[PersonRoom, ...]:
    """List the rooms that hold personal rows, the highest first: what refers to others goes before them."""
    settings = loaded.settings
    return (
        PersonRoom(
            "publication",
            publication_data.export_person,
            partial(
                publication_data.erase_person,
                ring=loaded.ring,
                secret=settings.reference_secret,
                origin=settings.public_url,
            ),
            publication_data.adopt_person,
            publication_data.expire,
        ),
        PersonRoom(
            "labels",
            labels_data.export_person,
            partial(labels_data.erase_person, ring=loaded.ring),
            labels_data.adopt_person,
            labels_data.expire,
        ),
        PersonRoom(
            "examination",
            examination_data.export_person,
            examination_data.erase_person,
            examination_data.adopt_person,
            partial(examination_data.expire, years=register.retentions["examination"].years or 0),
            claim_slips.keep_guests,
            taking_over.check,
        ),
        PersonRoom(
            "certification",
            certification_data.export_person,
            certification_data.erase_person,
            certification_data.adopt_person,
            partial(certification_data.expire, years=register.certificate_years),
        ),
        PersonRoom(
            "learning",
            learning_data.export_person,
            learning_data.erase_person,
            learning_data.adopt_person,
        ),
        PersonRoom(
            "assessments",
            partial(results.export_person, bank=loaded.bank),
            assessments_data.erase_person,
            assessments_data.adopt_person,
        ),
        PersonRoom(
            "organisations",
            organisations_data.export_person,
            organisations_data.erase_person,
            organisations_data.adopt_person,
        ),
        PersonRoom(
            "identity",
            identity_data.export_person,
            identity_data.erase_person,
            identity_data.adopt_person,
        ),
    )
