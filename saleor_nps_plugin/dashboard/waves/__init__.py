"""People asked at once: a section of the page "Surveys"."""
