"""The Python harness of the Eliza framework benchmark."""
