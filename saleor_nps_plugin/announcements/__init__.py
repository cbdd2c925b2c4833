"""Telling the shop's apps what happened."""
