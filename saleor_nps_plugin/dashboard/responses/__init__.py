"""The page "Responses", the desk, and what staff do there."""
