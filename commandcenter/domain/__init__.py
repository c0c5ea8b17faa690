"""The words and rules of the township hall; the standard library only, times passed in."""
