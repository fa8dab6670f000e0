"""What the service does, one file for each thing, over the ports it defines in ``ports.py``."""
