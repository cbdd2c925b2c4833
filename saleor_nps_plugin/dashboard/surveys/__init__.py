"""The page "Surveys"."""
