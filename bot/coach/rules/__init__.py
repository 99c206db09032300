"""One module per label; each has a `find` that takes a `Reading` and returns a `Reason` or None."""
