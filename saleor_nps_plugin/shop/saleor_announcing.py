"""Telling Saleor's apps, through NOTIFY_USER."""

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db.models import Max
from kombu.exceptions import OperationalError
from saleor.core import EventDeliveryStatus
from saleor.core.models import EventDelivery
from saleor.core.notify import NotifyHandler
from saleor.plugins.manager import get_plugins_manager
from saleor.webhook.event_types import WebhookEventAsyncType
from saleor.webhook.utils import get_webhooks_for_event


class NoBroker(OSError):
    """Saleor could not queue the webhook. An OSError, like a server that does not answer: waiting helps."""


@contextmanager
def _queueing() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise NoBroker("the message broker does not answer") from error


def announce(event: str, payload: Mapping[str, Any], channel: str) -> Collection[str] | None:
    """See `Shop`."""
    if not get_webhooks_for_event(WebhookEventAsyncType.NOTIFY_USER).exists():
        return None
    newest = _deliveries().aggregate(newest=Max("pk", default=0))["newest"]
    told = NotifyHandler(lambda: dict(payload)).payload
    with _queueing():
        get_plugins_manager(allow_replica=False).notify(event, told, channel_slug=channel or None)
    # Saleor does not say which deliveries it has made. One that has arrived it deletes.
    fresh = _deliveries().filter(pk__gt=newest).select_related("payload")
    return [str(delivery.pk) for delivery in fresh if _id_in(delivery) == payload["id"]]


def repeat_failed(deliveries: Collection[str]) -> Collection[str]:
    """See `Shop`."""
    listening = get_webhooks_for_event(WebhookEventAsyncType.NOTIFY_USER).values_list("pk", flat=True)
    waiting = _deliveries().filter(pk__in=[int(pk) for pk in deliveries], webhook__in=list(listening))
    manager = get_plugins_manager(allow_replica=False)
    left = list(waiting.exclude(status=EventDeliveryStatus.SUCCESS).select_related("webhook__app"))
    with _queueing():
        for delivery in left:
            if delivery.status == EventDeliveryStatus.FAILED:
                manager.event_delivery_retry(delivery)
    return [str(delivery.pk) for delivery in left]


def _deliveries() -> Any:
    return EventDelivery.objects.filter(event_type=WebhookEventAsyncType.NOTIFY_USER)


def _id_in(delivery: EventDelivery) -> object:
    written = delivery.payload.get_payload() if delivery.payload else "{}"
    told = json.loads(written).get("payload")
    return told.get("id") if isinstance(told, dict) else None
