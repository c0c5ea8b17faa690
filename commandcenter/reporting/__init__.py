"""The content of reports, without a screen."""
