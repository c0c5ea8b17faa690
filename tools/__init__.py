"""What the make targets run; nothing the program needs."""
