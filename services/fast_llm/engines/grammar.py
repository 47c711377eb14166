"""Response formats as the grammars that llama.cpp takes: its own GBNF, or those of llguidance, which its build here includes.

llama.cpp drops an llguidance grammar that does not compile, and then writes free text without an error. So each is compiled here first, by
the same library.
"""

from __future__ import annotations

from llguidance import LLMatcher
from uat.generation.v1.options_pb2 import ResponseFormat

from services.fast_llm.errors import GenerationInvalid

FIELD = "options.response_format"
_LLGUIDANCE = "%llguidance {}\n"


def grammar(response_format: ResponseFormat) -> str:
    """The grammar of a format; empty for free text. Raises GenerationInvalid naming the field. Takes about a millisecond, more for schemas
    of many kilobytes.
    """
    match response_format.WhichOneof("format"):
        case "json_schema":
            return _checked("json_schema", f"{_LLGUIDANCE}start: %json {response_format.json_schema}\n")
        case "json_object" if response_format.json_object:
            return f'{_LLGUIDANCE}start: %json {{"type": "object"}}\n'
        case "regex":
            pattern = response_format.regex.removeprefix("^").removesuffix("$").replace("\\/", "/").replace("/", "\\/")
            return _checked("regex", f"{_LLGUIDANCE}start: /{pattern}/\n")
        case "choice":
            return "root ::= " + " | ".join(_literal(text) for text in response_format.choice.values)
        case "grammar":
            text = response_format.grammar
            return _checked("grammar", text) if text.startswith("%llguidance") else text
        case _:
            return ""


def schema_error(json_schema: str) -> str:
    """What is wrong with a JSON schema; empty when nothing is."""
    return _error(f"{_LLGUIDANCE}start: %json {json_schema}\n")


def _checked(kind: str, text: str) -> str:
    if error := _error(text):
        raise GenerationInvalid.of(f"{FIELD}.{kind}", error)
    return text


def _error(text: str) -> str:
    """The first line of the compiler's message, without the position in our own text."""
    message = str(LLMatcher.validate_grammar(text, None)).strip()
    return message.split("\n", 1)[0].split(": ", 1)[-1].removeprefix("failed to compile JSON schema: ")


def _literal(text: str) -> str:
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(escapes.get(character, character) for character in text) + '"'
