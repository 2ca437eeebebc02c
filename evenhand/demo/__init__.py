"""The demo: a company of nine that nobody has, five months of its life, and the story they tell."""
