"""The language model: our own loop on llama.cpp, which reads only what is new and stops within milliseconds."""

from __future__ import annotations

import ctypes
import time
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from llama_cpp import llama_cpp as lib

from models.api import Cancel, ChatOptions, Message, ModelError, ModelFacts, Piece, Trouble, Usage
from models.chat_frames import Asked, Handler, serve_chat
from models.chat_template import ChatTemplate, TemplateTrouble
from models.child_args import LanguageArgs
from models.frames import Frame
from models.gguf import bad_file, read_gguf
from models.kept_states import KeptStates, common, head_name
from models.stop_flag import StopFlag
from models.tail import Tail

_BATCH = 512
_Q8_0, _F16 = 8, 1
_FLASH_OFF = 0
_LOG_TROUBLE = (3, 4, 5)  # warning, error, continued line (ggml.h)
_HEAD_MIN_TOKENS = 32
# Reading a state costs a few milliseconds, as much as reading a few tokens: below that it is not worth loading.
_WORTH_LOADING = 16


class _EngineLog:
    """llama.cpp's own messages: only the last errors are kept, to tell why a file was refused."""

    def __init__(self) -> None:
        self.lines: deque[str] = deque(maxlen=12)
        self._callback = lib.llama_log_callback(self._take)
        lib.llama_log_set(self._callback, ctypes.c_void_p(0))

    def _take(self, level: int, text: bytes | None, _: object) -> None:
        if text and level in _LOG_TROUBLE:
            self.lines.append(text.decode("utf-8", errors="replace").strip())

    def has(self, *words: str) -> bool:
        """Whether a kept line holds one of the words."""
        return any(word in line for line in self.lines for word in words)


class LanguageEngine:
    """One loaded model with one sequence. Not for several threads at once: the host asks one thing at a time."""

    def __init__(self, args: LanguageArgs) -> None:
        self.args = args
        self._facts: ModelFacts | None = None
        self._kept: list[int] = []
        self._pieces: dict[int, bytes] = {}
        self._flag = StopFlag()
        self._abort = self._flag.function(lib.ggml_abort_callback)

    # ------------------------------------------------------------ loading

    def facts(self) -> ModelFacts:
        """Load the model at the first call. Raises ModelError(BAD_FILE, MISSING, OUT_OF_MEMORY)."""
        if self._facts is None:
            began = time.perf_counter()
            name = self._load()
            self._facts = ModelFacts(
                name=name,
                sha256=self.args.sha256,
                context_tokens=lib.llama_n_ctx(self._context),
                load_s=time.perf_counter() - began,
                threads=self.args.threads,
            )
        return self._facts

    def _load(self) -> str:
        path = Path(self.args.model)
        header = read_gguf(path)
        if not header.chat_template:
            raise bad_file(path, "it brings no chat template, so it cannot answer")
        self._log = _EngineLog()
        lib.llama_backend_init()
        self._open_model(path)
        self._vocab = lib.llama_model_get_vocab(self._model)
        self._bos, eos = lib.llama_vocab_bos(self._vocab), lib.llama_vocab_eos(self._vocab)
        try:
            self._template = ChatTemplate(header.chat_template, bos=self._text(self._bos), eos=self._text(eos))
            self._template.render([Message("user", "?")])
        except TemplateTrouble as error:
            raise bad_file(path, "its chat template cannot be read") from error
        trained = lib.llama_model_n_ctx_train(self._model)
        self._open_context(min(self.args.context_tokens, trained) if trained > 0 else self.args.context_tokens)
        return header.name or path.stem

    def _open_model(self, path: Path) -> None:
        params = lib.llama_model_default_params()
        params.n_gpu_layers = 0
        self._model = lib.llama_model_load_from_file(str(path).encode(), params)
        if self._model:
            return
        if self._log.has("unknown model architecture"):
            raise bad_file(path, f"models of the kind “{read_gguf(path).architecture}” are not known here")
        if self._log.has("failed to allocate", "unable to allocate", "cannot allocate", "mmap failed"):
            raise _no_memory()
        raise bad_file(path, "it is damaged")

    def _open_context(self, tokens: int) -> None:
        # Measured best on a CPU (engines.md 1.5): no flash attention, keys as q8_0, values as f16. Models whose heads
        # are not a multiple of 32 wide cannot have q8_0 keys and get f16.
        for type_k in (_Q8_0, _F16):
            params = lib.llama_context_default_params()
            params.n_ctx, params.n_batch, params.n_ubatch, params.n_seq_max = tokens, _BATCH, _BATCH, 1
            params.n_threads = params.n_threads_batch = self.args.threads
            params.type_k, params.type_v, params.flash_attn_type = type_k, _F16, _FLASH_OFF
            params.no_perf = True
            self._context = lib.llama_init_from_model(self._model, params)
            if self._context:
                break
        else:
            raise _no_memory()
        lib.llama_set_abort_callback(self._context, self._abort, self._flag.data)
        self._memory = lib.llama_get_memory(self._context)
        fits = f"{self.args.sha256} {lib.llama_n_ctx(self._context)} k{type_k} v{_F16} {lib.llama_version()!r}"
        folder = self.args.states
        self._states = KeptStates(Path(folder), fits, self.args.states_bytes) if folder else None

    # ------------------------------------------------------------ text and tokens

    def count(self, messages: Sequence[Message]) -> int:
        """Tokens of the rendered conversation. Raises ModelError."""
        self.facts()
        return len(self._tokens(self._render(messages)))

    def _render(self, messages: Sequence[Message]) -> str:
        try:
            return self._template.render(messages)
        except TemplateTrouble as error:
            raise ModelError(Trouble.REFUSED, "This writer cannot take this conversation.") from error

    def _tokens(self, text: str, *, add_special: bool = True) -> list[int]:
        """Tokens of a rendered prompt; its own begin token is not doubled."""
        raw = text.encode()
        add = add_special and not text.startswith(self._text(self._bos) or "\0")
        room = len(raw) + 8
        buffer = (lib.llama_token * room)()
        count = lib.llama_tokenize(self._vocab, raw, len(raw), buffer, room, add, True)
        return list(buffer[:count])

    def _piece(self, token: int, *, special: bool = True) -> bytes:
        buffer = ctypes.create_string_buffer(512)
        length = lib.llama_token_to_piece(self._vocab, token, buffer, 512, 0, special)
        return buffer.raw[: max(0, length)]

    def _text(self, token: int) -> str:
        return self._piece(token).decode("utf-8", errors="replace") if token >= 0 else ""

    def _bytes(self, tokens: Sequence[int]) -> bytes:
        pieces = self._pieces
        for token in tokens:
            if token not in pieces:
                pieces[token] = self._piece(token)
        return b"".join([pieces[token] for token in tokens])

    def _continue(self, kept: Sequence[int], prompt: list[int]) -> tuple[list[int], int]:
        """The prompt as tokens that reuse as much of `kept` as possible, and how many are reused.

        What the model wrote may be cut into other tokens when its text is read again. Where the kept text is a
        beginning of the prompt's text that ends before a control token, the kept tokens stand for it."""
        same = common(kept, prompt)
        if same < len(kept) and same < len(prompt):
            old, new = self._bytes(kept[same:]), self._bytes(prompt[same:])
            if new.startswith(old):
                rest = self._tokens(new[len(old) :].decode("utf-8", errors="replace"), add_special=False)
                if rest and self._is_control(rest[0]):
                    return [*kept, *rest], len(kept)
        return prompt, same

    def _is_control(self, token: int) -> bool:
        return bool(lib.llama_vocab_is_control(self._vocab, token)) or bool(lib.llama_vocab_is_eog(self._vocab, token))

    # ------------------------------------------------------------ reading

    def _keep(self, count: int) -> int:
        """Drop what the sequence holds from `count` on; what is kept then. Some models can only forget all."""
        if not lib.llama_memory_seq_rm(self._memory, 0, count, -1):
            lib.llama_memory_clear(self._memory, True)
            count = 0
        del self._kept[count:]
        return count

    def _decode(self, tokens: Sequence[int]) -> bool:
        """Read tokens after those kept; False when a stop came. What was read before it stays."""
        for at in range(0, len(tokens), _BATCH):
            part = tokens[at : at + _BATCH]
            raw = (lib.llama_token * len(part))(*part)
            outcome = lib.llama_decode(self._context, lib.llama_batch_get_one(raw, len(part)))
            if outcome == 2:
                self._keep(len(self._kept))
                return False
            if outcome != 0:
                self._keep(0)
                raise _no_memory() if outcome == 1 else ModelError(Trouble.CRASHED, "The writer stopped.")
            self._kept.extend(part)
        return True

    def _resume(self, prompt: list[int], names: Sequence[str]) -> tuple[list[int], int, bool]:
        """Choose between what is in memory and the saved states: tokens to stand for the prompt, how many are already
        read, and whether a state was loaded."""
        best, reused = self._continue(self._kept, prompt)
        for name in names if self._states else ():
            assert self._states is not None
            state = self._states.find(name)
            if state is None:
                continue
            tokens, count = self._continue(state.tokens, prompt)
            blob = state.load() if count >= reused + _WORTH_LOADING else None
            if blob is not None and self._load_state(state.tokens, blob):
                return tokens, self._keep(min(count, len(tokens) - 1)), True
        return best, self._keep(min(reused, len(best) - 1)), False

    def _load_state(self, tokens: Sequence[int], blob: bytearray) -> bool:
        lib.llama_memory_clear(self._memory, True)
        self._kept = []
        raw = (ctypes.c_uint8 * len(blob)).from_buffer(blob)
        if lib.llama_state_seq_set_data(self._context, raw, len(blob), 0) != len(blob):
            lib.llama_memory_clear(self._memory, True)
            return False
        self._kept = list(tokens)
        return True

    def _save_state(self, name: str) -> None:
        if self._states is None or not name:
            return
        size = lib.llama_state_seq_get_size(self._context, 0)
        if size > self._states.limit_bytes // 2:
            return
        raw = (ctypes.c_uint8 * size)()
        if lib.llama_state_seq_get_data(self._context, raw, size, 0) == size:
            self._states.save(name, self._kept, blob=memoryview(raw).cast("B"))

    def forget(self) -> None:
        """Forget the conversation in memory (its file is deleted by the parent)."""
        if self._facts is not None:
            self._keep(0)

    # ------------------------------------------------------------ writing

    def chat(self, messages: Sequence[Message], *, options: ChatOptions, cancel: Cancel) -> Iterator[Piece | Usage]:
        """Write the next turn. Raises ModelError; the last value is the Usage."""
        limit = self.facts().context_tokens
        began = time.perf_counter()
        prompt = self._tokens(self._render(messages))
        if len(prompt) >= limit:
            raise ModelError(
                Trouble.TOO_LONG,
                f"This is too long for the writer: it reads about {limit * 3 // 4:,} words at once.",
                safe="Your question is kept.",
                do="Ask about fewer passages, or a shorter text.",
            )
        head = self._head(messages, prompt)
        names = [name for name in (options.conversation, head and head_name(prompt[:head])) if name]
        with self._flag.obeying(cancel), _sampler(self._vocab, options) as sampler:
            prompt, reused, restored = self._resume(prompt, names)
            whole = self._read_prompt(prompt, reused, head=head)
            read_at = time.perf_counter()
            evaluated = len(self._kept) - reused
            out, why = 0, _CANCELLED
            if whole:
                room = min(options.max_tokens, limit - len(prompt))
                out, why = yield from self._write(sampler, options, cancel=cancel, room=room)
            yield Usage(
                tokens_in=len(prompt),
                tokens_out=out,
                evaluated=evaluated,
                prompt_s=read_at - began,
                write_s=time.perf_counter() - read_at,
                why=why,
                restored=restored,
            )
            if why != _CANCELLED:
                self._save_state(options.conversation)

    def _head(self, messages: Sequence[Message], prompt: list[int]) -> int:
        """Tokens of the fixed beginning every conversation shares (the system turn); 0 when there is none."""
        if self._states is None or not messages or messages[0].role != "system":
            return 0
        try:
            alone = self._tokens(self._template.render(messages[:1], ask=False))
        except TemplateTrouble:
            return 0
        same = common(alone, prompt)
        return same if _HEAD_MIN_TOKENS <= same < len(prompt) else 0

    def _read_prompt(self, prompt: list[int], reused: int, *, head: int) -> bool:
        """Read what is new; a head read for the first time is saved on the way. False when a stop came."""
        if reused < head:
            if not self._decode(prompt[reused:head]):
                return False
            self._save_state(head_name(prompt[:head]))
            reused = head
        return self._decode(prompt[reused:])

    def _write(
        self, sampler: Any, options: ChatOptions, *, cancel: Cancel, room: int
    ) -> Generator[Piece, None, tuple[int, _Why]]:
        """Write until the model, the room, a stop string or a stop ends it; returns tokens written and why."""
        tail, out = Tail(options.stop), 0
        while out < room:
            if cancel.stopped:
                return out, _CANCELLED
            token = lib.llama_sampler_sample(sampler, self._context, -1)
            if lib.llama_vocab_is_eog(self._vocab, token):
                break
            out += 1
            if text := tail.push(self._piece(token, special=False)):
                yield Piece(text)
            if tail.stopped:
                return out, _STOP
            if not self._decode((token,)):
                return out, _CANCELLED
        if rest := tail.flush():
            yield Piece(rest)
        return out, _LENGTH if out >= room else _STOP


_Why = Literal["stop", "length", "cancelled"]
_STOP: _Why = "stop"
_LENGTH: _Why = "length"
_CANCELLED: _Why = "cancelled"


def _no_memory() -> ModelError:
    return ModelError(
        Trouble.OUT_OF_MEMORY,
        "The model did not fit next to what is open.",
        safe="Your question is kept.",
        do="Close something large, or use a smaller model.",
    )


@contextmanager
def _sampler(vocab: Any, options: ChatOptions) -> Iterator[Any]:
    """llama.cpp's own sampler: greedy at temperature 0, else a seeded draw. Raises ModelError for a bad grammar."""
    params = lib.llama_sampler_chain_default_params()
    params.no_perf = True
    chain = lib.llama_sampler_chain_init(params)
    try:
        if options.grammar:
            grammar = lib.llama_sampler_init_grammar(vocab, options.grammar.encode(), b"root")
            if not grammar:
                raise ModelError(Trouble.REFUSED, "The form asked of the writer cannot be read.")
            lib.llama_sampler_chain_add(chain, grammar)
        if options.temperature <= 0:
            lib.llama_sampler_chain_add(chain, lib.llama_sampler_init_greedy())
        else:
            lib.llama_sampler_chain_add(chain, lib.llama_sampler_init_top_k(40))
            lib.llama_sampler_chain_add(chain, lib.llama_sampler_init_top_p(0.95, 1))
            lib.llama_sampler_chain_add(chain, lib.llama_sampler_init_temp(options.temperature))
            lib.llama_sampler_chain_add(chain, lib.llama_sampler_init_dist(options.seed & 0xFFFFFFFF))
        yield chain
    finally:
        lib.llama_sampler_free(chain)


def handlers(args: Sequence[str]) -> dict[str, Handler]:
    """What the language process answers: facts, count, chat, forget (models/chat_frames.py), which load the model at
    first use; and bare, for measuring ourselves against the engine's own loop in a process that did nothing else."""
    read = LanguageArgs.parse(args[0])
    engine, own = LanguageEngine(read), _Bare(read)

    def bare(asked: Asked) -> Iterator[Frame]:
        speed = own.write_tok_s(str(asked.header["prompt"]), max_tokens=int(asked.header["max_tokens"]))
        yield Frame({"write_tok_s": speed})

    return {**serve_chat(engine, forget=engine.forget), "bare": bare}


class _Bare:
    """The same file, prompt and threads through llama-cpp-python's own class, as its manual shows."""

    def __init__(self, args: LanguageArgs) -> None:
        self._args = args
        self._model: Any = None

    def write_tok_s(self, prompt: str, *, max_tokens: int) -> float:
        """Tokens written a second, from the first to the last piece of text."""
        if self._model is None:
            from llama_cpp import Llama

            args, threads = self._args, self._args.threads
            self._model = Llama(
                args.model, n_ctx=args.context_tokens, n_threads=threads, n_threads_batch=threads, verbose=False
            )
        parts = self._model.create_completion(prompt, max_tokens=max_tokens, temperature=0.0, stream=True)
        # The last part only says why it ended; it stands for no token.
        times = [time.perf_counter() for _ in parts][:-1]
        return (len(times) - 1) / (times[-1] - times[0])
