"""Page tokens: any bytes that a client may send are a position of this listing or the one fault, never a crash."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit import pages
from services.kit.pages import PageTokenInvalid, Part

PARTS: dict[type[Part], st.SearchStrategy[Part]] = {
    int: st.integers(-(2**63), 2**63 - 1),
    str: st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    float: st.floats(allow_nan=False, allow_infinity=False),
    datetime: st.datetimes(timezones=st.just(UTC)),
}
POSITIONS = st.lists(st.sampled_from(list(PARTS)), max_size=3).flatmap(
    lambda types: st.tuples(st.just(types), st.tuples(*(PARTS[kind] for kind in types)))
)
TYPES = st.lists(st.sampled_from(list(PARTS)), max_size=3)
JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=["Cs"])), st.lists)


def token_of(json: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(json)).decode().rstrip("=")


@given(POSITIONS)
def test_a_position_comes_back_as_it_was(given_position: tuple[list[type[Part]], tuple[Part, ...]]) -> None:
    types, position = given_position
    assert pages.decode(pages.encode("listing", *position), "listing", *types) == position


@given(st.text() | st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode()), TYPES)
def test_any_text_is_a_fault_and_never_a_crash(token: str, types: list[type[Part]]) -> None:
    try:
        assert pages.decode(token, "listing", *types) is None
        assert token == ""
    except PageTokenInvalid:
        pass


@given(st.lists(JSON | st.integers(-(2**64), 2**64 - 1) | st.text(st.characters(exclude_categories=["Cs"])), max_size=3), TYPES)
def test_a_forged_position_has_the_types_of_the_listing_or_is_refused(parts: list[object], types: list[type[Part]]) -> None:
    """The digest of a listing is no secret, so its tokens can be forged."""
    digest = orjson.loads(base64.urlsafe_b64decode(pages.encode("listing") + "=="))[0]
    try:
        position = pages.decode(token_of([digest, *parts]), "listing", *types)
    except (PageTokenInvalid, orjson.JSONEncodeError):
        return
    assert position is not None
    assert [type(part) for part in position] == types
    assert all(-(2**63) <= part < 2**63 for part in position if isinstance(part, int))
    assert all("\0" not in part for part in position if isinstance(part, str))


def test_a_token_of_another_listing_is_refused() -> None:
    with pytest.raises(PageTokenInvalid):
        pages.decode(pages.encode("jobs state=RUNNING", "job_1"), "jobs state=", str)


def test_a_page_has_a_token_only_where_more_follows() -> None:
    assert pages.page_of([1, 2], 2, "numbers", lambda number: number) == ([1, 2], "")
    page, token = pages.page_of([1, 2, 3], 2, "numbers", lambda number: (number, str(number)))
    assert page == [1, 2]
    assert pages.decode(token, "numbers", int, str) == (2, "2")
