"""The report-in page: a process of its own that shares one small file with the hall."""
