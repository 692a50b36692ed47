"""Agents of the user's own: their plugins, and what each of them does."""
