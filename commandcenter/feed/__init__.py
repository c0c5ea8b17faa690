"""The live feed: decoding, the session, and the socket around it."""
