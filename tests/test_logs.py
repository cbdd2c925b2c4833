import logging
from uuid import uuid4

import pytest

from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.logs import REQUEST_LOGGERS, mask_request_logs


@pytest.mark.parametrize("name", REQUEST_LOGGERS)
def test_tokens_are_masked_in_logs_of_requests(name, caplog, monkeypatch):
    token = invitation_token(uuid4())
    mask_request_logs()
    # Django keeps the lines of its own server from other loggers' handlers.
    monkeypatch.setattr(logging.getLogger(name), "propagate", True)

    with caplog.at_level(logging.INFO, logger=name):
        logging.getLogger(name).info(
            '%s - "%s %s" %d', "127.0.0.1", "GET", f"/plugins/global/nps/s/{token}/?score=9", 200
        )
        logging.getLogger(name).warning("Not Found: %s", f"/plugins/global/nps/s/{token}/opt-out/")

    assert caplog.messages == [
        '127.0.0.1 - "GET /plugins/global/nps/s/<token>/?score=9" 200',
        "Not Found: /plugins/global/nps/s/<token>/opt-out/",
    ]


def test_other_lines_are_left_as_they_are(caplog):
    mask_request_logs()

    with caplog.at_level(logging.INFO, logger="uvicorn.access"):
        logging.getLogger("uvicorn.access").info("%(method)s done", {"method": "GET"})

    assert caplog.messages == ["GET done"]
