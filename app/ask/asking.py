"""Begins and reopens conversations, and tells of past ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.ask.conversation import Conversation, Tools
from app.ask.past import PastTurn, past_turn
from app.ask.suggesting import HelpPrice, Suggesting
from app.errors import UsageError
from app.library.library import Library
from app.store.conversations import Conversations
from app.store.db import Store
from app.store.full_text import Words
from app.values import AnswerMode
from models.api import ChatModel, Embedder


class Asking:
    """Questions in, cited answers out. Safe from any thread; one question at a time per conversation."""

    def __init__(
        self,
        store: Store,
        library: Library,
        *,
        chat: ChatModel | None,
        embedder: Embedder | None,
        mode: Callable[[], AnswerMode],
        writer: str | Callable[[], str] = "",
        help_price: HelpPrice = lambda _: None,
    ) -> None:
        """`mode` says how answers are made now; `writer` is the language model's name for the person, or tells it,
        where another one may be chosen meanwhile. `help_price` tells what a cloud model would take."""
        self.conversations = Conversations(store)
        self._tools = Tools(
            conversations=self.conversations,
            library=library,
            words=Words(store),
            chat=chat,
            embedder=embedder,
            mode=mode,
            writer=writer if callable(writer) else lambda: writer,
            suggesting=Suggesting(library, help_price),
        )

    def start(self) -> Conversation:
        """A new conversation; kept from its first question on."""
        return Conversation(self._tools)

    def resume(self, conversation: int) -> Conversation:
        """An earlier conversation by its number. Raises UsageError when there is none."""
        if self.conversations.get(conversation) is None:
            raise UsageError(f"There is no conversation {conversation}.", do="Each answer ends with its number.")
        return Conversation(self._tools, conversation)

    def recent(self, limit: int) -> Sequence[tuple[int, str]]:
        """(number, title) of the newest conversations, newest first."""
        return [(found.id, found.title) for found in self.conversations.all(limit=limit)]

    def past_turns(self, conversation: int) -> Sequence[PastTurn]:
        """The turns of a conversation with their citations, in order."""
        return [past_turn(turn) for turn in self.conversations.turns(conversation)]
