"""The site description as the running process sees it: read again when the file changes."""

import logging
import threading
from pathlib import Path

from asterisk_conf.site import Site
from asterisk_conf.site_file import SiteError, load_site

log = logging.getLogger(__name__)


class CurrentSite:
    """The last good version of the site's file."""

    def __init__(self, path: Path) -> None:
        """Raises SiteError when there is no good version to begin with."""
        self._path = path
        self._lock = threading.Lock()
        self._stamp = self._look()
        self._site = load_site(path)

    def __call__(self) -> Site:
        with self._lock:
            stamp = self._look()
            if stamp != self._stamp:
                self._stamp = stamp
                try:
                    self._site = load_site(self._path)
                except SiteError:
                    log.exception("the site description cannot be used, keeping the last good one")
            return self._site

    def _look(self) -> tuple[int, int] | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size
