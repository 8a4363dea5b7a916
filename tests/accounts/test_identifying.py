"""Who shows a credential: one statement, right at once everywhere, and when the last use is noted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from types import SimpleNamespace

import pytest

from app.access import CONSOLE
from app.accounts.service import accounts, tokens
from app.accounts.service.entrance import Entrance, log_out
from app.accounts.service.identifying import identify, note_use
from app.accounts.shapes import AccountChange
from app.accounts.store.tables import SessionRow, TokenRow
from app.accounts.values import Identified, Kind
from app.config import Settings
from app.db import Database
from tests.accounts.aging import column, now, planted, used
from tests.accounts.builders import PERSON, enter, make, make_token, shown
from tests.flow.watching import statements

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
KINDS: tuple[Kind, ...] = ("session", "token")


@pytest.fixture
def other_worker(database: Database, database_url: str) -> Iterator[Database]:
    """Another process, as far as the database can tell."""
    with closing(Database(Settings(database_url=database_url))) as opened:
        yield opened


def found(database: Database, secret: str) -> Identified:
    identified = shown(database, secret)
    assert identified is not None
    return identified


def test_a_session_acts_with_all_that_the_account_may(database: Database, entrance: Entrance) -> None:
    made = make(database, "li.wei", "chief", "evaluator", institution="shili-hospital")
    identified = shown(database, enter(entrance).secret, request="request-1")
    assert identified is not None
    assert (identified.actor, identified.kind) == (made.acting("request-1"), "session")


def test_a_token_acts_with_its_scope(database: Database) -> None:
    made = make(database, "li.wei", "chief", "evaluator", institution="shili-hospital")
    identified = found(database, make_token(database, CONSOLE, "evaluator", account="li.wei").secret)
    assert identified.kind == "token"
    assert (identified.actor.number, identified.actor.name) == (made.number, "li.wei")
    assert (identified.actor.roles, identified.actor.institution) == ({"evaluator"}, "shili-hospital")
    assert identified.actor.unpublished is False


def test_a_submitter_acts_for_the_subjects_that_were_named(database: Database) -> None:
    make(database, "a", "submitter", subjects=["x", "y"], institution=None)
    actor = found(database, make_token(database, CONSOLE, "submitter", account="a").secret).actor
    assert (actor.subjects, actor.institution) == ({"x", "y"}, None)


def test_a_token_of_a_dashboard_may_see_what_is_not_published(database: Database) -> None:
    make(database, "board", "dashboard")
    for unpublished in (True, False):
        made = make_token(database, CONSOLE, "dashboard", account="board", unpublished=unpublished)
        assert found(database, made.secret).actor.unpublished is unpublished


def test_a_token_does_not_keep_a_role_that_the_account_has_lost(database: Database) -> None:
    make(database, "li.wei", "chief", "evaluator")
    token = make_token(database, CONSOLE, "chief", "evaluator", account="li.wei")
    with database.writing() as session:
        said = AccountChange(display_name=PERSON, roles=("evaluator",))
        accounts.change(session, CONSOLE, "li.wei", said, lambda _: None)
    assert found(database, token.secret).actor.roles == {"evaluator"}


def test_a_token_for_loopback_opens_nothing_from_elsewhere(database: Database) -> None:
    make(database)
    token = make_token(database, CONSOLE, account="li.wei", loopback=True)
    assert shown(database, token.secret, local=True) is not None
    assert shown(database, token.secret, local=False) is None


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "mea_t_",
        "mea_s_",
        "x",
        "Mea_t_x",
        "mea_t_" + "A" * 43,
        "mea_s_" + "A" * 43,
        "mea_t_" + "A" * 10_000,
        "\ud800",
    ],
)
def test_what_nobody_was_given_opens_nothing(database: Database, wrong: str) -> None:
    assert shown(database, wrong) is None


def test_a_secret_opens_only_what_it_was_made_for(database: Database, entrance: Entrance) -> None:
    make(database)
    secret = enter(entrance).secret
    token = make_token(database, CONSOLE, account="li.wei").secret
    assert shown(database, secret.replace("mea_s_", "mea_t_")) is None
    assert shown(database, token.replace("mea_t_", "mea_s_")) is None
    assert shown(database, token.upper()) is None
    assert shown(database, token + " ") is None


@pytest.mark.parametrize("kind", KINDS)
def test_what_has_expired_opens_nothing(database: Database, kind: Kind) -> None:
    made = make(database)
    assert shown(database, planted(database, kind, made, -HOUR, timedelta(minutes=1))) is not None
    assert shown(database, planted(database, kind, made, -HOUR, -SECOND)) is None
    assert shown(database, planted(database, kind, made, -1000 * HOUR, -500 * HOUR)) is None


def test_a_session_that_nobody_used_for_an_hour_is_over(database: Database, entrance: Entrance) -> None:
    make(database)
    secret = enter(entrance).secret
    used(database, "session", timedelta(minutes=59))
    assert shown(database, secret) is not None
    used(database, "session", timedelta(minutes=60))
    assert shown(database, secret) is None


def test_a_revoked_token_opens_nothing_at_once_anywhere(database: Database, other_worker: Database) -> None:
    make(database)
    made = make_token(database, CONSOLE, account="li.wei")
    assert shown(other_worker, made.secret) is not None
    with database.writing() as session:
        tokens.revoke(session, CONSOLE, made.token.number, "不再使用")
    assert shown(other_worker, made.secret) is None


def test_who_logged_out_is_out_at_once_everywhere(
    database: Database, other_worker: Database, entrance: Entrance
) -> None:
    make(database)
    entered = enter(entrance)
    assert shown(other_worker, entered.secret) is not None
    with database.writing() as session:
        log_out(session, entered.actor, entered.secret)
    assert shown(other_worker, entered.secret) is None


def test_an_account_that_is_shut_opens_nothing_at_once_anywhere(
    database: Database, other_worker: Database, entrance: Entrance
) -> None:
    make(database)
    secrets = [enter(entrance).secret, make_token(database, CONSOLE, account="li.wei").secret]
    assert all(shown(other_worker, secret) is not None for secret in secrets)
    with database.writing() as session:
        accounts.deactivate(session, CONSOLE, "li.wei")
    assert [shown(other_worker, secret) for secret in secrets] == [None, None]


def test_a_password_reset_elsewhere_ends_sessions_here(
    database: Database, other_worker: Database, entrance: Entrance
) -> None:
    make(database)
    secret = enter(entrance).secret
    with other_worker.writing() as session:
        accounts.reset(session, CONSOLE, "li.wei", "$argon2id$nobodys")
    assert shown(database, secret) is None


@pytest.mark.parametrize("kind", KINDS)
def test_one_statement_says_who_it_is(database: Database, entrance: Entrance, kind: Kind) -> None:
    make(database)
    secret = enter(entrance).secret if kind == "session" else make_token(database, CONSOLE, account="li.wei").secret
    with statements(SimpleNamespace(database=database)) as seen:
        assert shown(database, secret) is not None
    assert len(seen) == 1


def test_what_cannot_be_a_secret_of_ours_is_not_looked_up(database: Database) -> None:
    with statements(SimpleNamespace(database=database)) as seen:
        assert shown(database, "Bearer") is None
        assert shown(database, "mea_t_" + "A" * 100) is None
    assert seen == []


def test_the_last_use_of_a_token_is_noted_every_ten_minutes(database: Database) -> None:
    make(database)
    secret = make_token(database, CONSOLE, account="li.wei").secret
    first = found(database, secret)
    assert first.due
    note_use(database, first)
    [noted] = column(database, TokenRow, "last_used_at")
    assert abs(noted - now()) < timedelta(seconds=10)
    note_use(database, first)
    assert column(database, TokenRow, "last_used_at") == [noted]
    used(database, "token", timedelta(minutes=9, seconds=50))
    assert not found(database, secret).due
    used(database, "token", timedelta(minutes=10, seconds=1))
    assert found(database, secret).due


def test_the_last_use_of_a_session_is_noted_every_minute(database: Database, entrance: Entrance) -> None:
    make(database)
    secret = enter(entrance).secret
    assert not found(database, secret).due
    used(database, "session", timedelta(seconds=50))
    assert not found(database, secret).due
    used(database, "session", timedelta(seconds=61))
    again = found(database, secret)
    assert again.due
    note_use(database, again)
    [noted] = column(database, SessionRow, "last_seen_at")
    assert abs(noted - now()) < timedelta(seconds=10)
    assert not found(database, secret).due


def test_where_nothing_is_due_nothing_is_written(database: Database, entrance: Entrance) -> None:
    make(database)
    identified = found(database, enter(entrance).secret)
    with statements(SimpleNamespace(database=database)) as seen:
        note_use(database, identified)
    assert seen == []


def test_a_database_that_is_busy_does_not_fail_the_request(database: Database, database_url: str) -> None:
    make(database)
    secret = make_token(database, CONSOLE, account="li.wei").secret
    with (
        closing(Database(Settings(database_url=database_url, patience=1))) as hasty,
        database.writing() as session,
    ):
        tokens.revoke(session, CONSOLE, 1, "不再使用")
        identified = identify(hasty.looks, secret, local=True)
        assert identified is not None
        note_use(hasty, identified)
    assert column(database, TokenRow, "last_used_at") == [None]


def test_many_threads_ask_at_once(database: Database) -> None:
    make(database)
    secret = make_token(database, CONSOLE, account="li.wei").secret
    names: list[str] = []
    threads = [threading.Thread(target=lambda: names.append(found(database, secret).actor.name)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert names == ["li.wei"] * 16
