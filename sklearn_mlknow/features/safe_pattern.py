"""Regular expressions that cannot run away.

Python's matcher tries alternatives one after the other, so that a pattern such as ``(a+)+$`` takes time exponential in
the text. A pattern is taken only when, at each choice, the next character decides: what a repetition may go on with and
what may follow it share no character (the pattern is *one-unambiguous*, Brüggemann-Klein & Wood, "One-unambiguous
regular languages", 1998). Then no choice is ever tried twice and a search takes O(length²). Two ambiguous repetitions
outside of any other are let through; they make that O(length⁴) at worst, which `MOST_CHARACTERS` keeps to seconds.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple, NoReturn

from sklearn_mlknow.features.characters import representatives

MOST_CHARACTERS = 256  # of a text that are searched
MOST_PATTERN = 500  # characters of a pattern
MOST_PATHS = 65_536  # ways through the ambiguous choices of a pattern for one start

ASCII = set(map(chr, range(128)))  # what short escapes such as \t name is among them
QUANTIFIER = re.compile(r"(?:[*+?]|\{(?!\})(?P<least>\d*)(?P<comma>,(?P<most>\d*))?\})(?P<lazy>[?+]?)")
CODED = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))")
ESCAPE = re.compile(rf"{CODED.pattern}|\\N\{{[^}}]*\}}|\\.", re.DOTALL)
CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
ANCHORS = {"^", "$", r"\b", r"\B", r"\A", r"\Z"}
MANY = 10**6


class PatternError(ValueError):
    """A pattern cannot be read, or could run away; the message points at the character."""


class Look(NamedTuple):
    """What a part of a pattern may begin with, whether it may be empty, and the ways through its ambiguous choices."""

    first: frozenset[str]
    is_nullable: bool
    paths: int


NOTHING = Look(frozenset(), True, 1)


@lru_cache(maxsize=256)
def read_pattern(text: str) -> re.Pattern[str]:
    """Compile a regular expression, if it is safe and names a group.

    Parameters
    ----------
    text : str
        With at least one named group, such as ``(?P<deck>[A-Z])(?P<number>\\d+)``. Without backreferences, look-around,
        flags or possessive parts.

    Returns
    -------
    re.Pattern

    Raises
    ------
    PatternError
        The pattern is wrong, names no group, uses what is not allowed, or could run away.

    Examples
    --------
    >>> read_pattern(r"(?P<deck>[A-Z])(?P<number>\\d+)").search("C85")["number"]
    '85'
    """
    if not isinstance(text, str) or len(text) > MOST_PATTERN:
        raise PatternError(f"a pattern is a text of at most {MOST_PATTERN} characters.")
    try:
        compiled = re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise PatternError(f"{text!r} is no regular expression: {error}.") from error
    if not compiled.groupindex:
        raise PatternError(f"{text!r} names no group; write (?P<name>…) around each part to keep.")
    parser = Parser(text)
    tree = parser.alternatives()
    if parser.at < len(text):
        parser.fail("unexpected ')'")
    look(tree, NOTHING, is_repeated=False, parser=parser)
    return compiled


class Item(NamedTuple):
    """A part of a sequence: characters, an anchor or a group, how often, and where it stands."""

    characters: frozenset[str] | None
    branches: list[list["Item"]]
    least: int
    most: int
    position: int


class Parser:
    """Reads a pattern that Python has already found to be right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        coded = {chr(int(x or u or U, 16)) for x, u, U in CODED.findall(text)}
        named = {unicodedata.lookup(name) for name in re.findall(r"\\N\{([^}]*)\}", text)}
        self.sample = representatives(ASCII | set(text) | coded | named)

    def fail(self, what: str, position: int | None = None) -> NoReturn:
        """Raise an error that points at a character."""
        place = self.at if position is None else position
        raise PatternError(f"{what}.\n    {self.text}\n    {' ' * place}^")

    def alternatives(self) -> list[list[Item]]:
        """Read ``a|b|c`` up to a closing bracket."""
        branches: list[list[Item]] = [[]]
        while self.at < len(self.text) and self.text[self.at] != ")":
            if self.text[self.at] == "|":
                self.at += 1
                branches.append([])
            else:
                branches[-1].append(self.item())
        return branches

    def item(self) -> Item:
        """Read one part and its quantifier."""
        position = self.at
        characters, branches = self.atom()
        quantifier = QUANTIFIER.match(self.text, self.at)
        if quantifier is None:
            return Item(characters, branches, 1, 1, position)
        self.at = quantifier.end()
        if quantifier["lazy"] == "+":
            self.fail("possessive repetitions are not allowed", position)
        sign = quantifier[0][0]
        if sign != "{":
            return Item(characters, branches, int(sign == "+"), 1 if sign == "?" else MANY, position)
        least = int(quantifier["least"] or 0)
        most = least if not quantifier["comma"] else int(quantifier["most"] or MANY)
        return Item(characters, branches, least, most, position)

    def atom(self) -> tuple[frozenset[str] | None, list[list[Item]]]:
        """Read a character, a class, an anchor or a group."""
        position, sign = self.at, self.text[self.at]
        if sign == "(":
            named = re.compile(r"\((?:\?P<\w+>|\?:)?").match(self.text, position)
            assert named is not None
            self.at = named.end()
            if self.text[self.at : self.at + 1] == "?":
                self.fail("look-around, backreferences, flags and conditions are not allowed", position)
            branches = self.alternatives()
            self.at += 1  # the closing bracket
            return None, branches
        if sign == "[":
            match = CLASS.match(self.text, position)
        elif sign == "\\":
            match = ESCAPE.match(self.text, position)
        else:
            match = re.compile(".", re.DOTALL).match(self.text, position)
        assert match is not None
        self.at = match.end()
        if match[0] in ANCHORS:
            return frozenset(), []
        if sign == "\\" and match[0][1].isdigit():
            if match[0] != r"\0":
                self.fail("backreferences are not allowed", position)
            if self.text[self.at : self.at + 1].isdigit():
                self.fail("octal numbers are not allowed", position)
        one = re.compile(match[0] if len(match[0]) > 1 or sign in ".^$" else re.escape(sign))
        return frozenset(character for character in self.sample if one.fullmatch(character)), []


def look(branches: list[list[Item]], after: Look, is_repeated: bool, parser: Parser) -> Look:
    """Find what alternatives may begin with, and refuse those that could run away.

    Parameters
    ----------
    branches : list of list of Item
    after : Look
        What may follow.
    is_repeated : bool
        Whether they stand inside a repetition.
    parser : Parser
        Speaks in the errors.

    Returns
    -------
    Look
    """
    looks = [_look_sequence(branch, after, is_repeated, parser) for branch in branches]
    first = frozenset[str]().union(*(one.first for one in looks))
    is_ambiguous = sum(len(one.first) for one in looks) > len(first) or sum(one.is_nullable for one in looks) > 1
    is_ambiguous |= len(looks) > 1 and any(one.is_nullable and first & after.first for one in looks)
    paths = sum(one.paths for one in looks) if is_ambiguous else max(one.paths for one in looks)
    position = branches[0][0].position if branches[0] else 0
    return Look(first, any(one.is_nullable for one in looks), _bounded(paths, is_repeated, parser, position))


def _look_sequence(items: list[Item], after: Look, is_repeated: bool, parser: Parser) -> Look:
    rest = NOTHING  # what the items after this one look like, without what follows the sequence
    for item in reversed(items):
        follow = rest.first | (after.first if rest.is_nullable else frozenset())
        repeats = item.most > 1
        if item.characters is None:
            inner_after = Look(follow, True, 1)
            inner = look(item.branches, inner_after, is_repeated or repeats, parser)
            if repeats:  # what follows one round may also be the next round
                look(item.branches, Look(follow | inner.first, True, 1), True, parser)
        else:
            inner = Look(item.characters, not item.characters, 1)
        paths = inner.paths
        if item.least != item.most and (inner.first & follow or inner.is_nullable):
            choices = min(item.most - item.least + 1, MOST_CHARACTERS)
            paths *= choices
            if repeats and item.characters is None:
                paths = MANY
        paths = _bounded(paths * rest.paths, is_repeated, parser, item.position)
        is_nullable = inner.is_nullable or item.least == 0
        rest = Look(inner.first | (rest.first if is_nullable else frozenset()), is_nullable and rest.is_nullable, paths)
    return rest


def _bounded(paths: int, is_repeated: bool, parser: Parser, position: int) -> int:
    if paths > MOST_PATHS or (is_repeated and paths > 1):
        parser.fail(
            "this could take very long: what may be repeated or chosen here can also begin what follows it; "
            "separate them by a character that only one of them takes",
            position,
        )
    return paths
