"""The code that every Django service shares. This file is empty: the health check imports it."""
