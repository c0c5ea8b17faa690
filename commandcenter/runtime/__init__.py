"""What puts the parts together: settings, hall pack, threads, command line."""
