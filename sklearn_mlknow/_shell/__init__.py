"""The only glue to scikit-learn: tables in, frames out, parameter rules, targets, the column-wise base.

Nothing here knows a technique. A technique is two pure functions, ``learn(summary) -> learned`` and
``apply(column, learned)``; this room reads columns from whatever the user holds, checks it once at the door, calls
the two functions, and hands back what ``set_output`` asked for.
"""
