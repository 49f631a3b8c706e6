"""The life of the voice menu's texts: draft, frozen versions, what callers hear.

Knows texts, not the flow language: whoever calls has checked them.
"""

from ticketing.menu.drafts import (
    DraftFlow,
    digest_of,
    draft_flow,
    draft_flows,
    draft_texts,
    remove_draft,
    save_draft,
    take_as_draft,
)
from ticketing.menu.installing import Installed, install_menu
from ticketing.menu.publishing import (
    Alias,
    Aliases,
    Published,
    aliases,
    check_may_publish,
    end_trial,
    list_publications,
    live_publication,
    newest_publication,
    publish,
    roll_back,
    rolls_back_to,
    set_two_person,
)
from ticketing.menu.versions import (
    Origin,
    find_version,
    freeze,
    list_versions,
    tampered_versions,
    were_live,
)

__all__ = [
    "Alias",
    "Aliases",
    "DraftFlow",
    "Installed",
    "Origin",
    "Published",
    "aliases",
    "check_may_publish",
    "digest_of",
    "draft_flow",
    "draft_flows",
    "draft_texts",
    "end_trial",
    "find_version",
    "freeze",
    "install_menu",
    "list_publications",
    "list_versions",
    "live_publication",
    "newest_publication",
    "publish",
    "remove_draft",
    "roll_back",
    "rolls_back_to",
    "save_draft",
    "set_two_person",
    "take_as_draft",
    "tampered_versions",
    "were_live",
]
