"""Messages: a tree that only grows, read along its branches."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import psycopg
import pytest
from uat.chat.v1 import chat_service_pb2 as pb
from uat.chat.v1 import conversation_pb2

from services.chat import queries
from services.kit.ids import new_id
from services.kit.testing.errors import fields_of, reason_of
from services.mesh.parts.postgres import Postgres
from tests.chat.conftest import User
from tests.conftest import postgres_url

MESSAGES = "id, tenant_id, user_id, conversation_id, ordinal, parent_id, depth, jump_id, jump_depth, role, text, state"


def jumps(most: int) -> list[int]:
    """Where the jump of a message at each depth goes."""
    found = [0, 0]
    for depth in range(2, most + 1):
        parent, far = depth - 1, found[depth - 1]
        found.append(found[far] if parent - far == far - found[far] else parent)
    return found


async def long_conversation(postgres: Postgres, alice: User, length: int) -> tuple[str, list[str]]:
    """A conversation with one branch of this length, put there without a call for each message."""
    conversation, ids = await alice.conversation(), [new_id("msg") for _ in range(length)]
    far = jumps(length)
    async with await psycopg.AsyncConnection.connect(postgres.url) as connection:
        async with connection.cursor() as cursor, cursor.copy(f"COPY chat.messages ({MESSAGES}) FROM STDIN") as copy:
            for i, message_id in enumerate(ids):
                depth = i + 1
                parent, jump = ids[i - 1] if i else None, ids[far[depth] - 1] if far[depth] else None
                role = "USER" if i % 2 == 0 else "ASSISTANT"
                row = (
                    message_id,
                    "tenant_1",
                    alice.id,
                    conversation,
                    depth,
                    parent,
                    depth,
                    jump,
                    far[depth],
                    role,
                    f"message {depth}",
                    "COMPLETE",
                )
                await copy.write_row(row)
        await connection.execute(
            "UPDATE chat.conversations SET head_message_id = %s, message_count = %s WHERE id = %s", (ids[-1], length, conversation)
        )
    return conversation, ids


async def test_messages_follow_the_head_and_become_it(alice: User) -> None:
    conversation = await alice.conversation()
    first = await alice.append(conversation, "one")
    second = await alice.append(conversation, "two", role="ASSISTANT")
    assert first.id.startswith("msg_")
    assert first.parent_id == ""
    assert second.parent_id == first.id
    assert first.state == conversation_pb2.MESSAGE_STATE_COMPLETE
    assert not first.HasField("usage")
    assert second.HasField("usage")
    stored = (await alice.GetConversation(pb.GetConversationRequest(conversation_id=conversation))).conversation
    assert (stored.head_message_id, stored.message_count) == (second.id, 2)
    assert await alice.message(conversation, first.id) == first


async def test_an_edit_is_a_branch_and_the_head_switches_between_them(alice: User) -> None:
    conversation = await alice.conversation()
    root = await alice.append(conversation, "root")
    left = await alice.append(conversation, "left")
    await alice.append(conversation, "left leaf")
    right = await alice.append(conversation, "right", parent_id=root.id)
    assert await alice.texts(conversation) == ["root", "right"]
    assert await alice.texts(conversation, leaf_id=left.id) == ["root", "left"]
    assert await alice.texts(conversation, all_branches=True, page_size=2) == ["root", "left", "left leaf", "right"]
    head = conversation_pb2.Conversation(id=conversation, head_message_id=left.id)
    await alice.UpdateConversation(pb.UpdateConversationRequest(conversation=head))
    assert await alice.texts(conversation) == ["root", "left"]
    assert right.parent_id == root.id


async def test_the_first_message_can_be_said_differently(alice: User) -> None:
    conversation = await alice.conversation()
    await alice.append(conversation, "one")
    again = await alice.append(conversation, "another one", at_root=True)
    assert again.parent_id == ""
    assert await alice.texts(conversation) == ["another one"]
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await alice.append(conversation, "both", at_root=True, parent_id=again.id)
    assert fields_of(error) == ["parent_id"]


async def test_a_message_of_another_conversation_can_not_be_followed(alice: User) -> None:
    stray = await alice.append(await alice.conversation(), "stray")
    conversation = await alice.conversation()
    calls: list[Callable[[], Any]] = [
        lambda: alice.append(conversation, "x", parent_id=stray.id),
        lambda: alice.say(conversation, "x", parent_id=stray.id),
        lambda: alice.message(conversation, stray.id),
        lambda: alice.texts(conversation, leaf_id=stray.id),
        lambda: alice.ForkConversation(pb.ForkConversationRequest(conversation_id=conversation, leaf_id=stray.id)),
    ]
    for call in calls:
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await call()
        assert error.value.code() is grpc.StatusCode.NOT_FOUND
        assert reason_of(error) == "MESSAGE_NOT_FOUND"


async def test_a_repeated_append_adds_one_message(alice: User) -> None:
    conversation = await alice.conversation()
    made = await asyncio.gather(*(alice.append(conversation, "once", request_id="r") for _ in range(4)))
    assert len({m.id for m in made}) == 1
    assert await alice.texts(conversation) == ["once"]
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await alice.append(conversation, "twice", request_id="r")
    assert reason_of(error) == "REQUEST_ID_REUSED"


async def test_many_at_once_make_one_branch(alice: User) -> None:
    conversation = await alice.conversation()
    await asyncio.gather(*(alice.append(conversation, str(i)) for i in range(20)))
    assert sorted(await alice.texts(conversation, page_size=7), key=int) == [str(i) for i in range(20)]


async def test_jumps_are_laid_as_the_paper_says(alice: User, postgres: Postgres) -> None:
    conversation = await alice.conversation()
    for i in range(70):
        await alice.append(conversation, str(i))
    async with await psycopg.AsyncConnection.connect(postgres.url) as connection:
        cursor = await connection.execute(
            """SELECT m.depth, m.jump_depth, coalesce(far.depth, 0) FROM chat.messages m LEFT JOIN chat.messages far ON far.id = m.jump_id
            WHERE m.conversation_id = %s ORDER BY m.depth""",
            (conversation,),
        )
        assert await cursor.fetchall() == [(d, j, j) for d, j in list(enumerate(jumps(70)))[1:]]


async def test_ten_thousand_messages_are_read_added_to_and_copied(alice: User, postgres: Postgres) -> None:
    conversation, ids = await long_conversation(postgres, alice, 10_000)
    begun = time.perf_counter()
    page = await alice.ListMessages(pb.ListMessagesRequest(conversation_id=conversation, page_size=100))
    assert [m.id for m in page.messages] == ids[:100]
    await alice.append(conversation, "one more")
    print(f"a page and a message at 10,000 messages: {(time.perf_counter() - begun) * 1000:.1f} ms")
    texts = await alice.texts(conversation, page_size=1000)
    assert texts == [*(f"message {i + 1}" for i in range(10_000)), "one more"]
    begun = time.perf_counter()
    fork = (await alice.ForkConversation(pb.ForkConversationRequest(conversation_id=conversation))).conversation
    print(f"a fork of 10,000 messages: {time.perf_counter() - begun:.2f} s")
    assert await alice.texts(fork.id, page_size=1000) == texts
    begun = time.perf_counter()
    reply = await alice.say(conversation, "and now?")
    print(f"a turn at 10,000 messages: {(time.perf_counter() - begun) * 1000:.1f} ms")
    assert "and now?" in reply.text


@pytest.mark.parametrize("after", [0, 4321, 9900])
async def test_a_page_of_ten_thousand_touches_little_more_than_itself(alice: User, postgres: Postgres, after: int) -> None:
    conversation, ids = await long_conversation(postgres, alice, 10_000)
    values = {"conversation_id": conversation, "leaf_id": ids[-1], "after": after, "size": 10}
    async with await psycopg.AsyncConnection.connect(postgres_url(postgres, "chat"), autocommit=True) as connection:
        await connection.execute("SELECT set_config('uat.tenant', 'tenant_1', false)")
        cursor = await connection.execute(b"EXPLAIN (ANALYZE, FORMAT JSON) " + queries.BRANCH_PAGE.encode(), values)
        ((explained,),) = await cursor.fetchall()
    touched = sum(
        node["Actual Rows"] * node["Actual Loops"] for node in nodes(explained[0]["Plan"]) if node.get("Relation Name") == "messages"
    )
    print(f"{touched:.0f} rows were touched for a page of 10 behind {after}")
    assert touched < 100


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


@pytest.mark.parametrize("all_branches", [False, True])
async def test_a_page_is_one_query_however_long_the_conversation(
    alice: User, postgres: Postgres, monkeypatch: pytest.MonkeyPatch, all_branches: bool
) -> None:
    conversation, _ = await long_conversation(postgres, alice, 2000)
    asked: list[str] = []
    execute = psycopg.AsyncConnection.execute

    async def counted(self: Any, query: Any, *arguments: Any, **options: Any) -> Any:
        asked.append(query.decode() if isinstance(query, bytes) else str(query))
        return await execute(self, query, *arguments, **options)

    monkeypatch.setattr(psycopg.AsyncConnection, "execute", counted)
    request = pb.ListMessagesRequest(conversation_id=conversation, page_size=1000, all_branches=all_branches)
    page = await alice.ListMessages(request)
    assert len(page.messages) == 1000
    assert len([q for q in asked if "messages" in q]) == 1


async def test_a_page_ends_before_it_outgrows_a_client(alice: User) -> None:
    conversation = await alice.conversation()
    for i in range(6):
        await alice.append(conversation, str(i) * 900_000)
    for all_branches in (False, True):
        request = pb.ListMessagesRequest(conversation_id=conversation, all_branches=all_branches)
        page = await alice.ListMessages(request)
        assert len(page.messages) == 2
        assert page.next_page_token
        texts = await alice.texts(conversation, all_branches=all_branches)
        assert [t[0] for t in texts] == list("012345")


async def test_search_finds_words_phrases_and_leaves_out(alice: User, bob: User) -> None:
    conversation = await alice.conversation()
    for text in ("the quick brown fox", "the brown quick fox", "a slow brown dog", "foxes run"):
        await alice.append(conversation, text)
    await bob.append(await bob.conversation(), "bob's brown fox")

    async def found(query: str) -> set[str]:
        return {hit.message.text for hit in (await alice.SearchMessages(pb.SearchMessagesRequest(query=query))).hits}

    assert await found("brown fox") == {"the quick brown fox", "the brown quick fox"}
    assert await found('"quick brown"') == {"the quick brown fox"}
    assert await found("brown -fox") == {"a slow brown dog"}
    assert await found("dog or running") == {"a slow brown dog", "foxes run"}
    assert await found("fox") == {"the quick brown fox", "the brown quick fox", "foxes run"}
    assert await found("-dog") == {"the quick brown fox", "the brown quick fox", "foxes run"}
    assert await found("the") == set()
    assert await found("!&|") == set()
    assert await found("owner") == set()


async def test_search_marks_what_it_found_and_escapes_the_rest(alice: User) -> None:
    conversation = await alice.conversation()
    await alice.append(conversation, "<script>alert(1)</script> 5 < 6 & a walrus")
    (hit,) = (await alice.SearchMessages(pb.SearchMessagesRequest(query="walrus"))).hits
    assert hit.snippet.strip() == "alert(1)  5 &lt; 6 &amp; a <b>walrus</b>"
    assert hit.score > 0


async def test_search_gives_the_best_first_over_all_its_pages(alice: User) -> None:
    conversation = await alice.conversation()
    for i in range(9):
        await alice.append(conversation, "pelican " * (i % 3 + 1) + f"number {i}")
    hits, token = [], ""
    while True:
        page = await alice.SearchMessages(pb.SearchMessagesRequest(query="pelican", page_size=2, page_token=token))
        hits += page.hits
        token = page.next_page_token
        if not token:
            break
    assert len({h.message.id for h in hits}) == 9
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)


async def test_the_longest_message_with_the_most_words_is_stored(alice: User) -> None:
    conversation = await alice.conversation()
    text = " ".join(f"w{i:x}ä" for i in range(130_000))[:500_000]
    message = await alice.append(conversation, text)
    assert (await alice.message(conversation, message.id)).text == text
    assert (await alice.SearchMessages(pb.SearchMessagesRequest(query="w7ä"))).hits


async def test_search_uses_the_index(alice: User, postgres: Postgres) -> None:
    await long_conversation(postgres, alice, 2000)
    async with await psycopg.AsyncConnection.connect(postgres.url, autocommit=True) as connection:
        await connection.execute("VACUUM ANALYZE chat.messages")
        await connection.execute("SET search_path = chat; SET uat.tenant = 'tenant_1'")
        cursor = await connection.execute(
            """EXPLAIN SELECT id FROM messages WHERE words @@ (websearch_to_tsquery('english', 'zebra') && owner_only(%s::text))""",
            (alice.id,),
        )
        plan = "\n".join(row[0] for row in await cursor.fetchall())
    assert "messages_words" in plan
