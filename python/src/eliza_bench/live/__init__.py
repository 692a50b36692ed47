"""Live mode: agents are held alive, and handle messages as they come."""
