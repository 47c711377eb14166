"""chat: keeps conversations and has a model answer in them.

A conversation is a tree of messages that only grows, in PostgreSQL: a turn costs the same at any length, and an edit or another try is a
branch. A reply belongs to the server and not to the socket that asked for it: its events are numbered, kept for an hour in a JetStream
stream, and can be read again on any replica. It calls llm_router for the text. What it promises: a conversation is seen by its owner
alone, a reply that was begun is always brought to an end that is stored, also when the process that wrote it dies, and a reader that goes
away frees the model at once.
"""
