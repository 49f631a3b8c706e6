"""The texts behind the dialplan's sounds: prompts.yaml and what the site says itself."""

import re
from pathlib import Path

import yaml

from asterisk_conf.site import Service, Site

PROMPTS = Path(__file__).with_name("prompts.yaml")
_SPOKEN = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))


def prompt_texts(site: Site) -> dict[str, str]:
    """Sound name (a path below STATE/prompts, without .wav) → text, for this site."""
    texts: dict[str, str] = yaml.load(PROMPTS.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506
    told = {f"named/tell-{n}": _telling(n, s) for n, s in site.services.items()}
    return {**texts, **told, "named/recording-notice": spoken(site.notice.text)}


def spoken(text: str) -> str:
    """`text` with telephone numbers as they are read out: 12328 → 幺二三二八."""
    return re.sub(r"\d{3,}", lambda found: "".join(_SPOKEN[d] for d in found[0]), text)


def _telling(number: str, service: Service) -> str:
    ending = "。" if service.distress else "，请您直接拨打。需要人工服务请按零。"
    return f"{service.title}电话是{spoken(number)}{ending}"
