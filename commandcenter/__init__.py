"""The core of the hall: everything that runs without a screen."""
