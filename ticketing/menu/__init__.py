"""The life of the voice menu's texts: draft, frozen versions, what callers hear.

Knows texts, not the flow language: whoever calls has checked them.
"""

from ticketing.menu.cases import (
    CaseText,
    add_flow_test,
    change_flow_test,
    flow_tests,
    install_flow_tests,
    list_flow_tests,
    remove_flow_test,
)
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
    "CaseText",
    "DraftFlow",
    "Installed",
    "Origin",
    "Published",
    "add_flow_test",
    "aliases",
    "change_flow_test",
    "check_may_publish",
    "digest_of",
    "draft_flow",
    "draft_flows",
    "draft_texts",
    "end_trial",
    "find_version",
    "flow_tests",
    "freeze",
    "install_flow_tests",
    "install_menu",
    "list_flow_tests",
    "list_publications",
    "list_versions",
    "live_publication",
    "newest_publication",
    "publish",
    "remove_draft",
    "remove_flow_test",
    "roll_back",
    "rolls_back_to",
    "save_draft",
    "set_two_person",
    "take_as_draft",
    "tampered_versions",
    "were_live",
]
