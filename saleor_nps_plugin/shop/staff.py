"""Staff of the shop, as the pages for staff know them."""

from dataclasses import dataclass, replace

# Permissions of the shop that our pages ask for, by the codenames that Saleor has for them.
ANSWERS = "manage_orders"
CODES = "manage_discounts"
POINTS = "manage_gift_card"
SETTINGS = "manage_plugins"
PERMISSIONS = (ANSWERS, CODES, POINTS, SETTINGS)


@dataclass(frozen=True)
class Staff:
    """A member of staff who may sign in now.

    `permissions` are those of PERMISSIONS that they have. `channels` are the slugs that their groups are restricted to;
    None means every channel. `fingerprint` changes when the password does, and ends every session made before.
    """

    id: int
    name: str
    email: str
    permissions: frozenset[str] = frozenset()
    channels: frozenset[str] | None = None
    fingerprint: str = ""

    def may(self, permission: str) -> bool:
        """Whether they have a permission."""
        return permission in self.permissions

    def sees(self, channel: str) -> bool:
        """Whether they may see what belongs to a channel."""
        return self.channels is None or channel in self.channels

    def limited_to(self, permissions: frozenset[str]) -> "Staff":
        """The same person with no more than these permissions."""
        return replace(self, permissions=self.permissions & permissions)
