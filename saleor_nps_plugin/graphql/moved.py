"""What lies in different places in different versions of Saleor."""

from typing import Any

try:
    from saleor.graphql.channel.dataloaders.by_self import ChannelByIdLoader, ChannelBySlugLoader
    from saleor.graphql.core.context import ChannelContext
except ModuleNotFoundError:
    # 3.21
    from saleor.graphql.channel import ChannelContext
    from saleor.graphql.channel.dataloaders import ChannelByIdLoader, ChannelBySlugLoader

__all__ = ["ChannelByIdLoader", "ChannelBySlugLoader", "ChannelContext", "has_just_registered"]


def has_just_registered(user: Any) -> bool:
    """Whether Saleor shows a user to somebody who has just registered, perhaps with an address that is known already."""
    # The first name is that of early 3.21.
    return not getattr(user, "RETURN_ID_IN_API_RESPONSE", True) or getattr(user, "NEWLY_CREATED_USER", False)
