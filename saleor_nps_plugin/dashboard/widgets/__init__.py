"""Widgets and menu actions on orders, customers, products and the home page."""
