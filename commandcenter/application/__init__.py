"""What the hall does: commands, intake, timers, and the desk that screens speak to."""
