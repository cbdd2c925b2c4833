"""Post-purchase surveys, Net Promoter Score, referrals and points inside Saleor."""

__version__ = "0.1.0"
