"""Log-ins: what opens, what does not and says nothing, the lock that grows, parallel log-ins, one's own password."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.access import CONSOLE, NOBODY
from app.accounts.service import accounts
from app.accounts.service.entrance import MOST_AT_ONCE, Entrance, log_out
from app.accounts.store.tables import AccountRow, SessionRow
from app.accounts.values import Account
from app.db import Database
from app.errors import Unavailable
from tests.accounts.aging import column, now, unlock
from tests.accounts.builders import PASSWORD, a_hasher, an_entrance, enter, make, make_token, shown

WRONG = "wrong-horse-battery"
OTHER = "another-horse-battery"


def fail(entrance: Entrance, times: int = 1, name: str = "li.wei") -> None:
    for _ in range(times):
        assert entrance.log_in(name, WRONG) is None


def locked_for(database: Database) -> timedelta | None:
    [until] = column(database, AccountRow, "locked_until")
    return None if until is None else until - now()


def at_once(act: Callable[[int], object], count: int) -> list[object]:
    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(act, range(count)))


def shut(database: Database) -> None:
    with database.writing() as session:
        accounts.deactivate(session, CONSOLE, "li.wei")


def test_the_password_opens_a_session_of_twelve_hours(database: Database, entrance: Entrance) -> None:
    made = make(database, "li.wei", "chief", "evaluator", institution="shili-hospital")
    entered = entrance.log_in("li.wei", PASSWORD, "request-1")
    assert entered is not None
    assert entered.secret.startswith("mea_s_")
    assert entered.actor == made.acting("request-1")
    assert entered.actor.roles == {"chief", "evaluator"}
    assert entered.account == made
    left = entered.expires_at - now()
    assert timedelta(hours=11, minutes=59) < left <= timedelta(hours=12, seconds=5)


def test_capitals_in_the_login_name_do_not_matter(database: Database, entrance: Entrance) -> None:
    make(database)
    assert entrance.log_in("Li.Wei", PASSWORD) is not None


CLOSED: dict[str, tuple[str, str, Callable[[Database, Entrance], object]]] = {
    "another password": ("li.wei", WRONG, lambda *_: None),
    "no such account": ("nobody", PASSWORD, lambda *_: None),
    "no name": ("", PASSWORD, lambda *_: None),
    "shut": ("li.wei", PASSWORD, lambda database, _: shut(database)),
    "locked": ("li.wei", PASSWORD, lambda _, entrance: fail(entrance, 5)),
    "without a password": ("program", PASSWORD, lambda database, _: make(database, "program", password=None)),
}


@pytest.mark.parametrize("case", CLOSED)
def test_whatever_the_reason_there_is_one_answer(database: Database, entrance: Entrance, case: str) -> None:
    name, password, prepare = CLOSED[case]
    make(database, "root1", "admin")
    make(database)
    prepare(database, entrance)
    assert entrance.log_in(name, password) is None
    assert column(database, SessionRow, "id") == []


@pytest.mark.parametrize("case", CLOSED)
def test_whatever_the_reason_a_password_is_measured(database: Database, case: str) -> None:
    """The same path is taken: one measuring with argon2, then one writing session."""
    name, password, prepare = CLOSED[case]
    make(database, "root1", "admin")
    make(database)
    prepare(database, an_entrance(database))
    busy = an_entrance(database, at_once=1, patience=0)
    with busy.hasher._turn(), pytest.raises(Unavailable):
        busy.log_in(name, password)


def test_four_failures_lock_nothing_and_success_forgets_them(database: Database, entrance: Entrance) -> None:
    make(database)
    fail(entrance, 4)
    assert column(database, AccountRow, "failed_logins") == [4]
    assert locked_for(database) is None
    enter(entrance)
    assert column(database, AccountRow, "failed_logins") == [0]
    fail(entrance, 4)
    enter(entrance)


def test_the_lock_grows_from_a_minute_to_an_hour_and_success_forgets_it(database: Database, entrance: Entrance) -> None:
    make(database)
    fail(entrance, 4)
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        fail(entrance)
        left = locked_for(database)
        assert left is not None
        assert abs(left - timedelta(minutes=minutes)) < timedelta(seconds=10)
        assert entrance.log_in("li.wei", PASSWORD) is None
        unlock(database, "li.wei")
    enter(entrance)
    assert locked_for(database) is None
    fail(entrance)
    assert locked_for(database) is None


def test_what_is_tried_while_locked_does_not_count(database: Database, entrance: Entrance) -> None:
    make(database)
    fail(entrance, 5)
    before = column(database, AccountRow, "locked_until")
    fail(entrance, 3)
    assert column(database, AccountRow, "failed_logins") == [5]
    assert column(database, AccountRow, "locked_until") == before


def test_a_lock_ends_at_its_very_moment(database: Database, entrance: Entrance) -> None:
    make(database)
    fail(entrance, 5)
    with database.reading() as session:
        locked = accounts.read(session, CONSOLE, "li.wei")
    assert isinstance(locked, Account)
    assert locked.locked_until is not None
    assert locked.is_locked(locked.locked_until - timedelta(microseconds=1))
    assert not locked.is_locked(locked.locked_until)


def test_the_lock_holds_in_every_worker(database: Database, entrance: Entrance) -> None:
    make(database)
    fail(entrance, 5)
    assert an_entrance(database).log_in("li.wei", PASSWORD) is None


def test_of_many_guesses_at_once_five_count(database: Database, entrance: Entrance) -> None:
    make(database)
    assert set(at_once(lambda _: entrance.log_in("li.wei", WRONG), 12)) == {None}
    assert column(database, AccountRow, "failed_logins") == [5]
    assert entrance.log_in("li.wei", PASSWORD) is None


def test_many_log_ins_at_once_all_succeed(database: Database, entrance: Entrance) -> None:
    make(database)
    entered = at_once(lambda _: enter(entrance).secret, 12)
    assert len(set(entered)) == 12
    assert all(shown(database, secret) is not None for secret in entered)


def test_more_than_there_is_room_for_are_turned_away_at_once(database: Database, entrance: Entrance) -> None:
    make(database)
    for _ in range(MOST_AT_ONCE):
        assert entrance._places.acquire(blocking=False)
    with pytest.raises(Unavailable, match="log_in_busy"):
        entrance.log_in("li.wei", PASSWORD)
    entrance._places.release()
    enter(entrance)


def test_a_password_kept_by_other_parameters_is_kept_anew(database: Database) -> None:
    make(database)
    [before] = column(database, AccountRow, "password_hash")
    stronger = an_entrance(database, memory=32, passes=2)
    assert stronger.log_in("li.wei", WRONG) is None
    assert column(database, AccountRow, "password_hash") == [before]
    enter(stronger)
    [after] = column(database, AccountRow, "password_hash")
    assert "m=32,t=2" in after
    enter(stronger)
    assert column(database, AccountRow, "password_hash") == [after]


def test_many_log_ins_at_once_may_all_find_the_parameters_changed(database: Database) -> None:
    make(database)
    stronger = an_entrance(database, memory=32)
    assert all(at_once(lambda _: stronger.log_in("li.wei", PASSWORD), 8))


def test_an_account_shut_while_its_password_is_measured_stays_shut(database: Database, entrance: Entrance) -> None:
    make(database, "root1", "admin")
    make(database)
    measured = entrance._measure("li.wei", PASSWORD)
    assert measured is not None
    assert measured.fits
    shut(database)
    with database.writing() as session:
        assert entrance._settle(session, NOBODY, "li.wei", measured) is None


def test_a_password_reset_while_the_old_one_is_measured_counts(database: Database, entrance: Entrance) -> None:
    make(database)
    measured = entrance._measure("li.wei", PASSWORD)
    with database.writing() as session:
        accounts.reset(session, CONSOLE, "li.wei", a_hasher().hash(OTHER))
    with database.writing() as session:
        assert entrance._settle(session, NOBODY, "li.wei", measured) is None


def test_who_logs_out_ends_this_session_alone(database: Database, entrance: Entrance) -> None:
    make(database)
    first, second = enter(entrance), enter(entrance)
    with database.writing() as session:
        log_out(session, first.actor, first.secret)
    assert shown(database, first.secret) is None
    assert shown(database, second.secret) is not None


def test_nobody_logs_another_out(database: Database, entrance: Entrance) -> None:
    make(database)
    make(database, "wang.fang")
    mine, other = enter(entrance), enter(entrance, "wang.fang")
    with database.writing() as session:
        log_out(session, mine.actor, other.secret)
    assert shown(database, other.secret) is not None


def test_one_changes_ones_own_password_and_ends_the_other_sessions(database: Database, entrance: Entrance) -> None:
    make(database)
    here, there = enter(entrance), enter(entrance)
    token = make_token(database, here.actor)
    assert entrance.change_password(here.actor, PASSWORD, OTHER, here.secret)
    assert shown(database, here.secret) is not None
    assert shown(database, there.secret) is None
    assert shown(database, token.secret) is not None
    assert entrance.log_in("li.wei", PASSWORD) is None
    enter(entrance, password=OTHER)


def test_the_old_password_has_to_be_right_and_guesses_count(database: Database, entrance: Entrance) -> None:
    make(database)
    here = enter(entrance)
    for _ in range(5):
        assert not entrance.change_password(here.actor, WRONG, OTHER, here.secret)
    assert locked_for(database) is not None
    assert not entrance.change_password(here.actor, PASSWORD, OTHER, here.secret)
    unlock(database, "li.wei")
    enter(entrance)


def test_nobody_has_a_password_to_change(database: Database, entrance: Entrance) -> None:
    assert not entrance.change_password(CONSOLE, PASSWORD, OTHER)
