"""What every Django service of the fleet shares. Empty on purpose: the health check imports it."""
