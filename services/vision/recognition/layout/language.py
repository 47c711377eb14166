"""Detects the language of a text: by its script, and for Latin script by frequent small words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

_WORDS = {
    "en": "the of and to in is that it for was with as on are be this have from or by not but at his they you which we were their has",
    "de": "der die und das ist nicht ein eine den von zu mit sich auf für dem des im werden auch als wird bei oder sind noch wie nach",
    "fr": "le la les des et est une dans que pour qui sur au avec plus par pas sont ce cette ne du aux été mais nous vous leur ont",
    "es": "el la los las de que y en una por con para es del se no al como más su lo pero sus fue este ha sobre entre cuando también",
    "it": "il di che la e per un una sono con non del della nel alla gli anche più dei delle da come questo ha essere si al ma le",
    "pt": "o que de e do da em um uma para com não os no se na por mais as dos como mas ao ele das à seu sua ou são foi pelo pela",
    "nl": "de het een en van is dat op te in voor met zijn niet aan er ook als bij naar door uit maar worden wordt deze dit hebben",
    "sv": "och att det som en på är av för med till den har inte om ett var de jag från så kan när men vi ska eller också efter",
    "da": "og det at en er til på som af for den de med der ikke et har jeg var vi kan så men også fra eller efter blev hvor skal",
    "nb": "og det at en er til på som av for den de med ikke et har jeg var vi kan så men også fra eller etter ble hvor skal fra",
    "fi": "ja on ei se että hän oli ovat mutta kun niin myös jos joka kuin tai sen olla vain nyt mitä ole tämä hänen minä sekä",
    "pl": "i w na się nie z do że to jest jak o co po ale za od tak przez jego są dla czy być już był lub które może tylko oraz",
    "cs": "a se v na je že to s z do o jako za by ale i po pro není jsou byl jeho tak také podle nebo který která které až už",
    "hu": "a az és hogy nem is egy van volt meg de ez csak már el mint vagy kell lesz amely után még sem azt minden majd között",
    "ro": "și de la în a care cu pe nu o un din este mai că pentru se sunt să fi au ale sau după prin acest fost dar cele",
    "tr": "ve bir bu da de için ile olarak çok daha olan gibi ne kadar sonra var ya ama her en değil mi göre ancak veya onun",
    "id": "yang dan di ini itu dengan untuk dari dalam pada adalah tidak akan ke juga ada atau oleh sebagai telah bisa karena",
}
_OF: dict[str, list[str]] = {}
for _language, _small in _WORDS.items():
    for _word in set(_small.split()):
        _OF.setdefault(_word, []).append(_language)
_TOKEN = re.compile(r"[^\W\d_]+")
_FEWEST = 4
"""The fewest words for a verdict."""
_TRADITIONAL = frozenset("這個們來時說國為會對學過發後裡還沒點經問關開與從東馬車電長門見機體處變種樣話頭現無實當兩動業義讓應書")
_SIMPLIFIED = (
    frozenset("这个们来时说国为会对学过发后里还没点经问关开与从东马车电长门见机体处变种样话头现无实当两动业义让应书") - _TRADITIONAL
)


def language(text: str, expected: Collection[str] = ()) -> str:
    """The main language as a BCP 47 tag, one of `expected` where that is given; empty when it can't be determined."""
    scripts = Counter(script for character in text if (script := _script(character)))
    if not scripts:
        return ""
    latin = scripts.pop("Latn", 0)
    if latin > 2 * sum(scripts.values()):
        return _latin(text, expected)
    if scripts["Hang"] > scripts["Hani"] + scripts["Kana"]:
        return "ko"
    if scripts["Kana"] > 0.05 * (scripts["Hani"] + scripts["Kana"]):
        return "ja"
    return _chinese(text) if scripts["Hani"] > 1 else ""


def _script(character: str) -> str:
    code = ord(character)
    if character.isalpha() and code < 0x250:
        return "Latn"
    if 0x3040 <= code < 0x3100 and character != "・":
        return "Kana"
    if 0xAC00 <= code < 0xD7B0:
        return "Hang"
    return "Hani" if 0x4E00 <= code < 0xA000 or 0x3400 <= code < 0x4DC0 or 0x20000 <= code < 0x32000 else ""


def _chinese(text: str) -> str:
    traditional, simplified = (sum(character in own for character in text) for own in (_TRADITIONAL, _SIMPLIFIED))
    return "zh" if traditional == simplified else "zh-Hant" if traditional > simplified else "zh-Hans"


def _latin(text: str, expected: Collection[str]) -> str:
    wanted = {tag.split("-")[0] for tag in expected}
    points: Counter[str] = Counter()
    words = _TOKEN.findall(text.lower())
    for word in words:
        speakers = _OF.get(word, ())
        for speaker in speakers:
            points[speaker] += 1 / len(speakers)  # type: ignore[assignment]
    ranked = [(language, count) for language, count in points.most_common() if not wanted or language in wanted]
    if not ranked:
        return next(iter(wanted)) if len(wanted) == 1 and len(words) >= _FEWEST else ""
    best, most = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0
    return best if most >= max(_FEWEST / 2, 0.04 * len(words)) and most > 1.3 * second else ""
