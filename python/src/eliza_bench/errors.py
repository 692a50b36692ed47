"""The two ways in which a measurement can end without a fault of the harness."""


class InputError(Exception):
    """Bad arguments or a bad input file: one line that says what is wrong and what to do. The
    process exits with 2.
    """
