"""Style and scripts of the pages for staff, served by ourselves: Saleor serves no static files in production."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..rendering import render

_VENDOR = Path(__file__).parent / "vendor"
SCRIPTS = ("htmx.min.js", "chart.min.js", "dashboard.js", "drawing.js", "manners.js", "editing.js")
_OURS = ("dashboard.css", "dashboard.js", "drawing.js", "manners.js", "editing.js")
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
FOREVER = "public, max-age=31536000, immutable"


@cache
def _content(name: str) -> bytes:
    if name in _OURS:
        return render(f"dashboard/{name}", {}).encode()
    return (_VENDOR / name).read_bytes()


@cache
def address(name: str) -> str:
    """Return where a file is, below our pages for staff; the address changes with the content."""
    return f"assets/{sha256(_content(name)).hexdigest()[:12]}/{name}"


@require_safe
def asset(request: HttpRequest, digest: str, name: str) -> HttpResponse:
    """Serve one file; anybody may have it."""
    if name not in (*SCRIPTS, *_OURS):
        raise Http404
    headers = {"Cache-Control": FOREVER, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(_content(name), content_type=_TYPES[Path(name).suffix], headers=headers)
