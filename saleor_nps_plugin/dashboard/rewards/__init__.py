"""The page "Rewards", and accounts of points."""
