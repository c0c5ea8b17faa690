"""The figures of the running day, and the cases behind each."""
