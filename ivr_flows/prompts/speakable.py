"""Which signs of a text the voice would leave out: a caller would hear a sentence with a hole."""

import unicodedata
from typing import Final

from ivr_flows.prompts.spelling import spoken_words

_SILENT: Final = frozenset("，。、；：？！,.;:?!“”‘’\"'《》〈〉（）()【】[]「」『』·…—-~～/%％￥")
"""Signs that are a pause or are read with the number beside them: nothing is lost."""
_SAY: Final = {"#": "井号键", "＃": "井号键", "*": "星号键", "＊": "星号键", "@": "at"}


def unspeakable(text: str) -> tuple[str, ...]:
    """The signs of a text that no voice of ours says, each once."""
    return tuple(dict.fromkeys(sign for sign in text if _lost(sign)))


def advice(text: str) -> str:
    """What the author should do about them; empty when all is said."""
    signs = unspeakable(text)
    if signs:
        shown = "、".join(f"“{sign}”" for sign in signs[:10])
        words = "、".join(dict.fromkeys(_SAY[sign] for sign in signs if sign in _SAY))
        return f"念不出 {shown}，请改写成文字" + (f"（{words}）" if words else "")
    return "" if spoken_words(text).strip(" ，。、；：？！.,") else "没有可以念的文字"


def _lost(sign: str) -> bool:
    if sign in _SILENT or unicodedata.category(sign).startswith("Z"):
        return False
    return not spoken_words(sign).strip()
