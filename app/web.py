"""The edge that all rooms share: headers, language, comfort, filters, base form, limits."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from babel import Locale
from flask import Flask, Response, current_app, g, request
from flask_babel import Babel, format_date, format_datetime, format_decimal, get_locale
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import FlaskForm
from jinja2 import StrictUndefined
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header
from werkzeug.middleware.proxy_fix import ProxyFix
from wtforms.fields import Field, PasswordField

from app import access, catalogue, cross_site
from app.database import only_reads
from app.mail import ONE_CLICK
from app.navigation import page_url
from certificates.wording import whole_percent

if TYPE_CHECKING:
    from datetime import date, datetime

    from app.settings import Settings


LANGUAGES = ("fr", "en")
_LOCALES = {name: Locale(name) for name in LANGUAGES}
LANGUAGE_COOKIE = "langue"
COMFORT_COOKIE = "confort"
#: What a person may set about the page; the first value of each is the default.
COMFORT: Mapping[str, tuple[str, ...]] = {
    "text": ("normal", "large", "larger"),
    "spacing": ("normal", "wide"),
    "contrast": ("normal", "high"),
    "theme": ("auto", "light", "dark"),
}
_COMFORTABLE = {name: values[0] for name, values in COMFORT.items()}
UPLOAD_LIMIT_BYTES = 5 * 1024 * 1024
A_YEAR_SECONDS = 365 * 24 * 3600
#: A Redis that hangs holds a request for a second at most; its errors come as `limits.errors.StorageError`.
REDIS_OPTIONS: Mapping[str, Any] = {"socket_connect_timeout": 1, "socket_timeout": 1, "wrap_exceptions": True}

View = TypeVar("View", bound=Callable[..., object])


class _Limiter(Limiter):
    """Limits are set on views, and counted as each view is called: nothing is counted before, where all of them would be walked through."""

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:  # noqa: FBT001, FBT002 (as the library has it)
        if not in_middleware:
            g.is_counted = True
            super()._check_request_limit(callable_name, in_middleware)


class _Counted:
    """The application as the limiter is given it: what it does after a request is done where the request was counted."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (the application's)
        return getattr(self._app, name)

    def after_request(self, hook: Callable[[Response], Response]) -> None:
        self._app.after_request(lambda response: hook(response) if "is_counted" in g else response)

    def teardown_request(self, hook: Callable[[BaseException | None], None]) -> None:
        self._app.teardown_request(lambda error: hook(error) if "is_counted" in g else None)


babel = Babel()
csrf = cross_site.CrossSite()
limiter = _Limiter(key_func=get_remote_address, strategy="moving-window")


class BaseForm(FlaskForm):
    """French or English messages; surrounding white space removed from everything but passwords."""

    class Meta(FlaskForm.Meta):
        @property
        def locales(self) -> list[str]:
            return [current_language()]

        def bind_field(self, form: FlaskForm, unbound_field: Any, options: dict[str, Any]) -> Field:  # noqa: ANN401 (WTForms)
            if not issubclass(unbound_field.field_class, PasswordField):
                options["filters"] = [*unbound_field.kwargs.get("filters", ()), _strip]
            return unbound_field.bind(form=form, **options)


def _strip(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def writes(view: View) -> View:
    """Declare that a GET view writes (a file handed out is registered): its transaction takes the write lock first."""
    view.__writes__ = True  # type: ignore[attr-defined]  # a mark of ours on a function
    return view


def reads(view: View) -> View:
    """Declare that a POST view only reads (a check): its transaction takes no write lock."""
    view.__reads__ = True  # type: ignore[attr-defined]  # as above
    return view


def install(app: Flask, settings: Settings) -> None:
    """Set the edge up; call before the rooms' blueprints are registered."""
    prefix = "__Host-" if settings.is_https else ""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME=f"{prefix}numericite",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,  # whoever notes that a browser is in use sends its cookie again
        MAX_CONTENT_LENGTH=UPLOAD_LIMIT_BYTES + 64 * 1024,
        MAX_FORM_MEMORY_SIZE=512 * 1024,
        WTF_I18N_ENABLED=False,  # WTForms' own catalogues, read once a process; Flask-WTF would read a file at each request
        WTF_CSRF_TIME_LIMIT=None,  # as long as the cookie: a person who reads slowly loses nothing
        BABEL_DEFAULT_LOCALE="fr",
        BABEL_DEFAULT_TIMEZONE="Europe/Paris",
        RATELIMIT_STORAGE_URI=settings.redis_url or "memory://",
        RATELIMIT_STORAGE_OPTIONS=REDIS_OPTIONS if settings.redis_url else {},
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=bool(settings.redis_url),  # each process counts alone while Redis is away
        RATELIMIT_HEADERS_ENABLED=True,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.add_extension("jinja2.ext.i18n")
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]  # as Flask documents it
    babel.init_app(app, locale_selector=_select_locale)
    catalogue.install(app)
    app.before_request(_choose_transaction)
    csrf.init_app(app)
    limiter.init_app(cast("Flask", _Counted(app)))
    app.after_request(finish)
    app.context_processor(_page_variables)
    app.add_template_global(asset_url)
    app.add_template_filter(date_long, "date_long")
    app.add_template_filter(datetime_long, "datetime_long")
    app.add_template_filter(clock_time, "clock_time")
    app.add_template_filter(percent, "percent")
    app.add_template_filter(percentage, "percentage")
    app.add_template_filter(plain_number, "plain_number")


def _choose_transaction() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    asks = request.method in ("GET", "HEAD", "OPTIONS") or getattr(view, "__reads__", False)
    only_reads.set(asks and not getattr(view, "__writes__", False))


# Language and comfort ---------------------------------------------------------------------------------------------------


def select_language() -> str:
    """`?lang=` > what was last chosen in this browser > account > Accept-Language > French."""
    identity = g.get("identity", access.NOBODY)
    for wish in (_wished(), _cookie(LANGUAGE_COOKIE), identity.language):
        if wish in LANGUAGES:
            return str(wish)
    return _best_language(request.headers.get("Accept-Language", ""))


def _wished() -> str | None:
    """Return what `?lang=` asks for; most addresses ask for nothing."""
    return request.args.get("lang") if request.query_string else None


def _cookie(name: str) -> str:
    """Return a cookie, or nothing: most browsers have none, and asking werkzeug for what is missing costs an exception."""
    cookies = request.cookies
    return cookies[name] if name in cookies else ""  # noqa: SIM401 (see above)


@lru_cache(maxsize=256)
def _best_language(header: str) -> str:
    """Return which of our languages a browser asks for: browsers send the same few headers."""
    return parse_accept_header(header, LanguageAccept).best_match(LANGUAGES) or "fr"


def _select_locale() -> Locale:
    """Return the language as Babel has it; a text would be parsed at each request."""
    return _LOCALES[select_language()]


def forget_language_choice(response: Response) -> Response:
    """Let the account's own language speak again: somebody has just signed in, or has just chosen it."""
    response.delete_cookie(LANGUAGE_COOKIE, secure=bool(current_app.config["SESSION_COOKIE_SECURE"]))
    return response


def current_language() -> str:
    return str(get_locale().language)


def is_one_click() -> bool:
    """Tell whether the button of mail software posts this for its owner; it follows no redirection (RFC 8058)."""
    return request.form.get(ONE_CLICK[0]) == ONE_CLICK[1]


def read_comfort() -> dict[str, str]:
    """Return the comfort settings from the cookie; anything unknown falls back to the default."""
    said = _cookie(COMFORT_COOKIE)
    if not said:
        return dict(_COMFORTABLE)
    wishes = dict(zip(COMFORT, said.split("."), strict=False))
    return {name: wishes[name] if wishes.get(name) in values else values[0] for name, values in COMFORT.items()}


def csp_nonce() -> str:
    """Return this response's nonce, made when first asked for: a hook may abort before any `before_request` of ours."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def _page_variables() -> dict[str, object]:
    return {
        "identity": g.get("identity", access.NOBODY),
        "language": current_language(),
        "comfort": read_comfort(),
        "csp_nonce": csp_nonce,
        "csrf_token": cross_site.token,
        "page_url": page_url,
        "current_path": request.path,
    }


def asset_url(name: str) -> str:
    """Return the address of a static file by its logical name.

    Raises:
        KeyError: No such file: a mistake in a template.
    """
    return f"/static/{current_app.extensions['numericite.assets'][name]}"


# Filters ----------------------------------------------------------------------------------------------------------------


def date_long(value: date) -> str:
    """23 novembre 2026, in Paris."""
    return str(format_date(value, "d MMMM y"))


def datetime_long(value: datetime) -> str:
    """23 novembre 2026 à 10:42, in Paris."""
    return str(format_datetime(value, "d MMMM y 'à' HH:mm" if current_language() == "fr" else "d MMMM y, HH:mm"))


def clock_time(value: datetime) -> str:
    """Return an hour as people in Paris read it: 10:05."""
    return str(format_datetime(value, "HH:mm"))


def percent(probability: float) -> str:
    """Return "84 %", rounded as the signed statement rounds it: down."""
    whole = whole_percent(probability)
    return f"{whole}\N{NO-BREAK SPACE}%" if current_language() == "fr" else f"{whole}%"


def plain_number(value: float) -> str:
    """Return 28 for 28.0, and 27,5 in French: one decimal at most."""
    return str(format_decimal(value, "#,##0.#"))


def percentage(value: float) -> str:
    """Return "62,5 %" of what is in per cent already: one decimal at most."""
    return f"{plain_number(value)}\N{NO-BREAK SPACE}%" if current_language() == "fr" else f"{plain_number(value)}%"


# Headers ----------------------------------------------------------------------------------------------------------------


def constant_headers(*, is_https: bool) -> list[tuple[str, str]]:
    """Return the headers that every answer bears, whatever it is."""
    always = [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
        ("Vary", "Cookie, Accept-Language"),
    ]
    if is_https:
        always.append(("Strict-Transport-Security", f"max-age={A_YEAR_SECONDS}; includeSubDomains"))
    return always


def finish(response: Response) -> Response:
    """Set the headers that depend on the answer."""
    headers = response.headers
    said = {name.lower() for name, _value in headers}  # asking werkzeug goes through all of them each time
    if "content-security-policy" not in said:
        headers.add("Content-Security-Policy", _policy())
    if "referrer-policy" not in said:
        headers.add("Referrer-Policy", "same-origin")
    identity = g.get("identity", access.NOBODY)
    if identity.person_id is not None and "cache-control" in said:
        headers["Cache-Control"] = "no-store"
    elif "cache-control" not in said:
        headers.add("Cache-Control", "no-cache" if identity.person_id is None else "no-store")
    wish = _wished()
    if wish in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE,
            str(wish),
            max_age=None if identity.shared_computer else A_YEAR_SECONDS,  # None: until the browser is closed
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
            httponly=True,
            samesite="Lax",
        )
    return response


def content_policy(script: str = "'none'") -> str:
    """Return the content policy of an answer that may run this much script."""
    return (
        f"default-src 'none'; script-src {script}; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


def _policy() -> str:
    return content_policy(f"'nonce-{g.csp_nonce}'") if "csp_nonce" in g else content_policy()
