"""What was said in a call: utterances, words with their times, tool calls, transitions, keys pressed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

    from conformance.model import JSON

__all__ = ["conversation", "scrubbed", "spoken", "transcript"]

_TURNS: Sequence[tuple[str, str]] = (
    ("Hello, this is Ada from the repair desk. How can I help you?", "Hi, my heating makes a strange noise."),
    ("I am sorry to hear that. Which model is it?", "An AX-200, I think. Installed in 2019."),
    ("Could you tell me your postal code?", "Sure, it is 94016."),
    ("Gern. Möchten Sie einen Termin am Dienstag?", "Ja, das wäre schön, danke!"),
    ("¿Le viene bien a las diez y media?", "Sí, perfecto. Muchas gracias."),
    ("您的地址没有变吧", "没有变。"),
    ("You will get a text with all the details 🙂", "Great, thank you."),
    ("Is there anything else that I can do for you?", "No, that was all."),
    ("Then have a nice day. Goodbye!", "Bye."),
)
_TOOLS: Sequence[tuple[str, dict[str, str], str]] = (
    ("find_appointment", {"day": "Tuesday", "after": "10:00"}, '{"slots":["10:30","14:00"]}'),
    ("look_up_customer", {"postal_code": "94016"}, "no entry"),
    ("end_call", {}, ""),
)
_NODES = (
    ("node_0", "Welcome"),
    ("node_1", "Find out what is wrong"),
    ("node_2", "Termin vereinbaren"),
    ("node_3", "Farewell"),
)
_SPOKEN = frozenset({"agent", "user", "transfer_target"})


def conversation(rng: random.Random, seconds: float, *, transferred: bool) -> list[dict[str, JSON]]:
    """Every entry of a call of that length, in order, of every kind that any edition knows."""
    turns = _TURNS[: max(1, min(len(_TURNS), int(seconds / 20)))]
    pace = seconds / (2 * len(turns) + 1)
    entries: list[dict[str, JSON]] = []
    for index, (asked, said) in enumerate(turns):
        at = 2 * index * pace
        entries.append(_utterance(rng, "agent", asked, at, pace))
        entries.extend(_between(rng, index, at + pace))
        entries.append(_utterance(rng, "user", said, at + pace, pace))
    if transferred:
        entries.append(_utterance(rng, "transfer_target", "Front desk, how may I help?", seconds - pace, pace))
    return entries


def spoken(entries: Sequence[dict[str, JSON]]) -> list[dict[str, JSON]]:
    """The utterances alone."""
    return [entry for entry in entries if entry["role"] in _SPOKEN]


def transcript(entries: Sequence[dict[str, JSON]]) -> str:
    """The utterances as text, a line each."""
    names = {"agent": "Agent", "user": "User", "transfer_target": "Transfer Target"}
    return "".join(f"{names[entry['role']]}: {entry['content']}\n" for entry in spoken(entries))


def scrubbed(entries: Sequence[dict[str, JSON]]) -> list[dict[str, JSON]]:
    """The same entries with digits hidden."""
    return [_scrub(entry) for entry in entries]


def _utterance(rng: random.Random, role: str, content: str, at: float, pace: float) -> dict[str, JSON]:
    words = content.split()
    step = pace * 0.9 / len(words)
    entry: dict[str, JSON] = {
        "role": role,
        "content": content,
        "words": [
            {
                "word": word,
                "start": _tidy(at + index * step),
                "end": _tidy(at + (index + 1) * step),
            }
            for index, word in enumerate(words)
        ],
    }
    if role == "agent" and rng.random() < 0.2:  # noqa: PLR2004 - now and then
        entry["metadata"] = {"response_id": rng.randrange(1, 40)}
    return entry


def _between(rng: random.Random, index: int, at: float) -> Iterator[dict[str, JSON]]:
    """What happens between a question and its answer; over nine turns, everything does."""
    if index % 3 == 1:
        name, arguments, result = _TOOLS[index // 3 % len(_TOOLS)]
        call_id = f"tool_call_{rng.getrandbits(48):012x}"
        invocation: dict[str, JSON] = {
            "role": "tool_call_invocation",
            "tool_call_id": call_id,
            "name": name,
            "arguments": json.dumps(arguments),
        }
        outcome: dict[str, JSON] = {"role": "tool_call_result", "tool_call_id": call_id, "content": result}
        if rng.random() < 0.5:  # noqa: PLR2004 - old calls have neither
            invocation |= {"thought_signature": f"{rng.getrandbits(64):016x}", "time_sec": _tidy(at)}
            outcome |= {"successful": rng.random() < 0.8, "time_sec": _tidy(at + 0.4)}  # noqa: PLR2004 - mostly
        yield invocation
        yield outcome
    if index % 3 == 2:  # noqa: PLR2004 - every third turn
        (old, old_name), (new, new_name) = _NODES[index // 3], _NODES[index // 3 + 1]
        yield {
            "role": "node_transition",
            "former_node_id": old,
            "former_node_name": old_name,
            "new_node_id": new,
            "new_node_name": new_name,
        }
    if index % 4 == 2:  # noqa: PLR2004 - the postal code is typed in
        yield from ({"role": "dtmf", "digit": digit} for digit in "9#")


def _scrub(entry: dict[str, JSON]) -> dict[str, JSON]:
    if "content" not in entry:
        return entry
    hidden = dict(entry, content=_no_digits(entry["content"]))
    if "words" in entry:
        hidden["words"] = [dict(word, word=_no_digits(word["word"])) for word in entry["words"]]
    return hidden


def _no_digits(text: str) -> str:
    return "".join("*" if letter.isdigit() else letter for letter in text)


def _tidy(number: float) -> int | float:
    """Three decimals, and whole numbers without a point, as JavaScript writes them."""
    short = round(number, 3)
    return int(short) if short.is_integer() else short
