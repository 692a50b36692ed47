"""The databases that an agent can be measured on, behind one interface."""
