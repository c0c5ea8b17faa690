"""What leaves the hall: the outbox and its channels."""
