"""A deployment without AWS: the real template, built and deployed to an emulator on loopback."""
