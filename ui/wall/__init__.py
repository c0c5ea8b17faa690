"""The wall: what everybody in the hall sees, from six metres away, without touching anything."""
