"""Which colour class of the style sheet a class of the task wears."""

N_COLORS = 8


def color_of(code: int) -> str:
    """Return the style class of a class; after the eighth all wear grey.

    Examples
    --------
    >>> color_of(0), color_of(11)
    ('c0', 'c-rest')
    """
    return f"c{code}" if code < N_COLORS else "c-rest"
