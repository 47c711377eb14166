"""The RPCs of chat: each takes its request apart, calls the domain once, and makes the response."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from uat.chat.v1 import chat_service_pb2 as pb

from services.chat.conversations import Conversations
from services.chat.exports import Exports
from services.chat.messages import Messages
from services.chat.replies.replies import Replies
from services.chat.watch import Watch
from services.kit import pages
from services.kit.context import caller


class ChatServicer:
    """Answers `uat.chat.v1.ChatService`."""

    def __init__(self, conversations: Conversations, messages: Messages, replies: Replies, watch: Watch, exports: Exports) -> None:
        self._conversations = conversations
        self._messages = messages
        self._replies = replies
        self._watch = watch
        self._exports = exports

    async def CreateConversation(self, request: pb.CreateConversationRequest, context: Any) -> pb.CreateConversationResponse:
        return pb.CreateConversationResponse(conversation=await self._conversations.create(caller(), request))

    async def GetConversation(self, request: pb.GetConversationRequest, context: Any) -> pb.GetConversationResponse:
        return pb.GetConversationResponse(conversation=await self._conversations.get(caller(), request.conversation_id))

    async def ListConversations(self, request: pb.ListConversationsRequest, context: Any) -> pb.ListConversationsResponse:
        found, token = await self._conversations.page(caller(), pages.size(request.page_size, 50), request.page_token)
        return pb.ListConversationsResponse(conversations=found, next_page_token=token)

    async def UpdateConversation(self, request: pb.UpdateConversationRequest, context: Any) -> pb.UpdateConversationResponse:
        return pb.UpdateConversationResponse(conversation=await self._conversations.update(caller(), request))

    async def DeleteConversation(self, request: pb.DeleteConversationRequest, context: Any) -> pb.DeleteConversationResponse:
        await self._conversations.delete(caller(), request.conversation_id)
        return pb.DeleteConversationResponse()

    async def ForkConversation(self, request: pb.ForkConversationRequest, context: Any) -> pb.ForkConversationResponse:
        return pb.ForkConversationResponse(conversation=await self._conversations.fork(caller(), request))

    async def AppendMessage(self, request: pb.AppendMessageRequest, context: Any) -> pb.AppendMessageResponse:
        return pb.AppendMessageResponse(message=await self._messages.append(caller(), request))

    async def GetMessage(self, request: pb.GetMessageRequest, context: Any) -> pb.GetMessageResponse:
        return pb.GetMessageResponse(message=await self._messages.get(caller(), request.conversation_id, request.message_id))

    async def ListMessages(self, request: pb.ListMessagesRequest, context: Any) -> pb.ListMessagesResponse:
        found, token = await self._messages.page(caller(), request, pages.size(request.page_size, 100))
        return pb.ListMessagesResponse(messages=found, next_page_token=token)

    async def SearchMessages(self, request: pb.SearchMessagesRequest, context: Any) -> pb.SearchMessagesResponse:
        hits, token = await self._messages.search(caller(), request, pages.size(request.page_size, 20))
        return pb.SearchMessagesResponse(hits=hits, next_page_token=token)

    async def StreamReply(self, request: pb.StreamReplyRequest, context: Any) -> AsyncIterator[pb.StreamReplyResponse]:
        async with aclosing(self._replies.stream(caller(), request)) as events:
            async for event in events:
                yield pb.StreamReplyResponse(event=event)

    async def ResumeReply(self, request: pb.ResumeReplyRequest, context: Any) -> AsyncIterator[pb.ResumeReplyResponse]:
        async with aclosing(self._replies.resume(caller(), request.reply_id, request.after_sequence)) as events:
            async for event in events:
                yield pb.ResumeReplyResponse(event=event)

    async def StopReply(self, request: pb.StopReplyRequest, context: Any) -> pb.StopReplyResponse:
        return pb.StopReplyResponse(reply=await self._replies.stop(caller(), request.reply_id))

    async def WatchConversation(self, request: pb.WatchConversationRequest, context: Any) -> AsyncIterator[pb.WatchConversationResponse]:
        async with aclosing(self._watch.follow(caller(), request.conversation_id)) as changes:
            async for change in changes:
                yield change

    async def ExportConversation(self, request: pb.ExportConversationRequest, context: Any) -> AsyncIterator[pb.ExportConversationResponse]:
        async with aclosing(self._exports.document(caller(), request.conversation_id, request.format)) as pieces:
            async for piece in pieces:
                yield pb.ExportConversationResponse(data=piece)
