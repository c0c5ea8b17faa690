"""The review list of video alerts."""
