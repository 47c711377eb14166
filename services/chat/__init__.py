"""chat: stores conversations and has a model reply in them.

A conversation is a tree of messages in PostgreSQL that only grows: a turn costs the same at any length, and an edit or a second attempt is
a branch. A reply belongs to the server, not to the connection that requested it: its events are numbered, stored in JetStream for an hour,
and any replica replays them. chat calls llm_router, which generates the text.

It guarantees that only the owner sees a conversation, that each reply ends and its end is stored even if the process that wrote it dies,
and that the model stops at once when a reply has no reader left.
"""
