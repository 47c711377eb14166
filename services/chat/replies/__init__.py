"""Replies: the turn that begins one, the prompt, the generation and its events, readers on any replica, and recovery after a crash."""
