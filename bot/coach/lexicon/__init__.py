"""Word classes as data: what English and the trade of running systems say, not what one data set says.

Nothing here decides anything; `facts.py` and `rules/` do. Words are lower case, verbs in their base form.
"""
