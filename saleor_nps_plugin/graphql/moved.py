"""What lies in different places in different versions of Saleor."""

try:
    from saleor.graphql.channel.dataloaders.by_self import ChannelByIdLoader, ChannelBySlugLoader
except ModuleNotFoundError:
    # 3.21
    from saleor.graphql.channel.dataloaders import ChannelByIdLoader, ChannelBySlugLoader

__all__ = ["ChannelByIdLoader", "ChannelBySlugLoader"]
