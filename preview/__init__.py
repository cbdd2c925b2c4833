"""A tiny Django project without Saleor: every page and e-mail with sample data, and the journey in a stand-in shop."""
