"""QR codes of addresses."""

from io import BytesIO

import segno
from django.http import HttpResponse

# With a seventh of it smudged it can still be read; more would make its dots too small for a receipt.
_ERROR_CORRECTION = "m"
_QUIET_ZONE = 4
_TYPES = {"svg": "image/svg+xml", "png": "image/png"}


def picture(url: str, kind: str) -> HttpResponse:
    """Return the QR code of an address, black on white: "svg" for print, "png" of some 600 pixels."""
    code = segno.make(url, error=_ERROR_CORRECTION, micro=False)
    content = BytesIO()
    if kind == "svg":
        code.save(content, kind="svg", scale=8, border=_QUIET_ZONE, dark="#000", light="#fff", xmldecl=False)
    else:
        code.save(content, kind="png", scale=max(1, 640 // code.symbol_size(border=_QUIET_ZONE)[0]), border=_QUIET_ZONE)
    headers = {
        "Content-Disposition": f'inline; filename="qr.{kind}"',
        "Content-Security-Policy": "default-src 'none'",
        # The Dashboard's frames are sandboxed, and so is the tab that a click in them opens: see dashboard/frame.py.
        "Cross-Origin-Opener-Policy": "unsafe-none",
    }
    return HttpResponse(content.getvalue(), content_type=_TYPES[kind], headers=headers)
