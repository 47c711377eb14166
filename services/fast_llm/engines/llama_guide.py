"""Guides as the grammars that llama.cpp takes: its own GBNF, or llguidance's, which its build here knows.

llama.cpp drops a grammar of llguidance that does not compile and then writes free text, without a word to the caller. So each is compiled
here first, by the same library.
"""

from __future__ import annotations

from llguidance import LLMatcher

from services.fast_llm.engines.engine import Guide, GuideKind
from services.fast_llm.engines.errors import InvalidGeneration

_LLGUIDANCE = "%llguidance {}\n"


def grammar(guide: Guide) -> str:
    """Gives a guide's grammar. Raises InvalidGeneration naming the guide. Costs about a millisecond, more for schemas of many kilobytes."""
    match guide.kind:
        case GuideKind.JSON_SCHEMA:
            return _checked(guide, f"{_LLGUIDANCE}start: %json {guide.text}\n")
        case GuideKind.JSON_OBJECT:
            return f'{_LLGUIDANCE}start: %json {{"type": "object"}}\n'
        case GuideKind.REGEX:
            pattern = guide.text.removeprefix("^").removesuffix("$").replace("\\/", "/").replace("/", "\\/")
            return _checked(guide, f"{_LLGUIDANCE}start: /{pattern}/\n")
        case GuideKind.CHOICE:
            return "root ::= " + " | ".join(_literal(choice) for choice in guide.choices)
        case GuideKind.GRAMMAR:
            return _checked(guide, guide.text) if guide.text.startswith("%llguidance") else guide.text


def schema_fault(json_schema: str) -> str:
    """Says what is wrong with a JSON schema; empty when nothing is."""
    return _fault(f"{_LLGUIDANCE}start: %json {json_schema}\n")


def _checked(guide: Guide, text: str) -> str:
    if fault := _fault(text):
        raise InvalidGeneration(f"guided.{guide.kind}", fault)
    return text


def _fault(text: str) -> str:
    """Gives the first line of what the compiler says, without the place in our own text that it names."""
    said = str(LLMatcher.validate_grammar(text, None)).strip()
    return said.split("\n", 1)[0].split(": ", 1)[-1].removeprefix("failed to compile JSON schema: ")


def _literal(text: str) -> str:
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(escapes.get(character, character) for character in text) + '"'
