"""The words and rules of the township hall; no library but msgspec, times passed in."""
