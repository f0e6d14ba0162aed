"""The grammar of formulas: a text becomes a tree of `Node`, or an error that points at the character.

From loose to tight binding::

    or   and   not   < <= > >= == != in   + -   * / // %   - (sign)   **   f(x, …)  (…)

The method is operator precedence parsing (Pratt, "Top down operator precedence", 1973).
"""

import re
from typing import NamedTuple, NoReturn

from sklearn_mlknow.features.formula_functions import COMPARISONS, FUNCTIONS, TOO_DEEP, TOO_LONG

TOKEN = re.compile(
    r"""(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
      | (?P<name>[^\W\d]\w*)
      | `(?P<quoted>(?:[^`]|``)*)`
      | (?P<text>"[^"]*"|'[^']*')
      | (?P<symbol>\*\*|//|<=|>=|==|!=|[-+*/%<>(),&|\[\]])""",
    re.VERBOSE,
)
WORDS = {"and", "or", "not", "in"}
SIGNS = {"&": "and", "|": "or"}  # as pandas writes them, but bound as loosely as the words
BINDING = {"or": 1, "and": 2, "in": 4, "not": 4} | dict.fromkeys(COMPARISONS, 4)
BINDING |= {"+": 5, "-": 5, "*": 6, "/": 6, "//": 6, "%": 6, "**": 8}
OF_NOT, OF_SIGN = 3, 7


class FormulaError(ValueError):
    """A formula breaks the grammar, a limit, or names what is not there; the message points at the character."""


class Token(NamedTuple):
    """A word of a formula: its kind ("number", "column", "text", "symbol", "end"), its text and where it starts."""

    kind: str
    text: str
    position: int


class Node(NamedTuple):
    """A node of the tree: an operator or function with its arguments, a column, or a constant."""

    kind: str  # "number", "text", "list", "column", "call", "operator"
    value: str | float | tuple[str, ...]
    arguments: tuple["Node", ...]
    position: int
    depth: int


class Parser:
    """Reads one formula; see the grammar in the module's docstring."""

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):
            raise FormulaError(f"a formula is a text, got {text!r}.")
        self.text = text
        if len(text) > TOO_LONG:
            self.fail(TOO_LONG, f"a formula has at most {TOO_LONG} characters, this one has {len(text)}")
        self.tokens = self._tokens()
        self.place = 0

    def fail(self, position: int, what: str) -> NoReturn:
        """Raise an error that points at a character."""
        raise FormulaError(point(self.text, position, what))

    def parse(self) -> Node:
        """Read the whole text."""
        root = self.expression(0, 0)
        if self.next.kind != "end":
            self.fail(self.next.position, f"expected an operator or the end, got {self.next.text!r}")
        return root

    @property
    def next(self) -> Token:
        """The token that has not been taken yet."""
        return self.tokens[self.place]

    def take(self, *texts: str) -> Token | None:
        """Take the next symbol if it is one of these."""
        token = self.next
        if token.kind == "symbol" and token.text in texts:
            self.place += 1
            return token
        return None

    def expect(self, text: str) -> None:
        """Take this symbol or fail."""
        if not self.take(text):
            got = repr(self.next.text) if self.next.kind != "end" else "the end"
            self.fail(self.next.position, f"expected {text!r}, got {got}")

    def expression(self, least: int, level: int) -> Node:
        """Read operators that bind tighter than ``least``."""
        if level > TOO_DEEP:
            self.fail(self.next.position, f"a formula nests at most {TOO_DEEP} deep")
        left = self.operand(level)
        while self.next.kind == "symbol" and BINDING.get(self.next.text, 0) > least:
            token = self.next
            self.place += 1
            if BINDING[token.text] == BINDING["=="]:
                left = self.comparison(left, token, level)
                continue
            # ** binds to the right, and a sign may follow it: 2 ** -x
            right = self.expression(BINDING[token.text] - (token.text == "**"), level + 1)
            left = self.node("operator", token.text, (left, right), token.position)
        return left

    def comparison(self, left: Node, token: Token, level: int) -> Node:
        """Read ``a < b < c``, ``a in [...]`` or ``a not in [...]``."""
        if token.text in ("in", "not"):
            if token.text == "not":
                self.expect("in")
            member = self.node("operator", "in", (left, self.listing()), token.position)
            return member if token.text == "in" else self.node("operator", "not", (member,), token.position)
        right = self.expression(BINDING["=="], level + 1)
        whole = self.node("operator", token.text, (left, right), token.position)
        following = self.take(*COMPARISONS)
        if not following:
            return whole
        rest = self.comparison(right, following, level + 1)
        return self.node("operator", "and", (whole, rest), following.position)

    def listing(self) -> Node:
        """Read a list of texts or of numbers."""
        position = self.next.position
        self.expect("[")
        items = []
        while True:
            sign = -1.0 if self.take("-") else 1.0
            token = self.next
            if token.kind not in ("number", "text"):
                self.fail(token.position, "expected a number or a text in quotes")
            items.append(token.text if token.kind == "text" else sign * float(token.text))
            self.place += 1
            if self.take("]"):
                break
            self.expect(",")
        return self.node("list", tuple(items), (), position)  # type: ignore[arg-type]

    def operand(self, level: int) -> Node:
        """Read what an operator works on."""
        token = self.next
        self.place += 1
        if token.kind == "number":
            return self.node("number", float(token.text), (), token.position)
        if token.kind in ("text", "column"):
            if token.kind == "column" and self.next.text == "(" and self.next.kind == "symbol":
                return self.call(token, level)
            return self.node(token.kind, token.text, (), token.position)
        if token.text == "(" and token.kind == "symbol":
            inside = self.expression(0, level + 1)
            self.expect(")")
            return inside
        if token.text in ("-", "+", "not") and token.kind == "symbol":
            inside = self.expression(OF_NOT if token.text == "not" else OF_SIGN, level + 1)
            name = {"-": "negative", "+": "positive"}.get(token.text, token.text)
            return self.node("operator", name, (inside,), token.position)
        got = repr(token.text) if token.kind != "end" else "the end"
        return self.fail(token.position, f"expected a column, a number or '(', got {got}")

    def call(self, token: Token, level: int) -> Node:
        """Read the arguments of a function."""
        function = FUNCTIONS.get(token.text)
        if function is None:
            self.fail(token.position, f"there is no function {token.text!r}; there are {', '.join(sorted(FUNCTIONS))}")
        self.expect("(")
        arguments = []
        if not self.take(")"):
            arguments.append(self.expression(0, level + 1))
            while self.take(","):
                arguments.append(self.expression(0, level + 1))
            self.expect(")")
        if not function.least <= len(arguments) <= function.most:
            wanted = str(function.least) if function.least == function.most else f"at least {function.least}"
            self.fail(token.position, f"{token.text} takes {wanted} arguments, got {len(arguments)}")
        return self.node("call", token.text, tuple(arguments), token.position)

    def node(self, kind: str, value: str | float, arguments: tuple[Node, ...], position: int) -> Node:
        """Make a node; refuse a tree that would be too deep."""
        depth = 1 + max((argument.depth for argument in arguments), default=0)
        if depth > TOO_DEEP:
            self.fail(position, f"a formula nests at most {TOO_DEEP} deep")
        return Node(kind, value, arguments, position, depth)

    def _tokens(self) -> list[Token]:
        tokens, position = [], 0
        while position < len(self.text):
            if self.text[position].isspace():
                position += 1
                continue
            match = TOKEN.match(self.text, position)
            if match is None:
                self.fail(position, f"unexpected {self.text[position]!r}")
            kind, text = str(match.lastgroup), str(match.group(str(match.lastgroup)))
            if kind == "text":
                text = text[1:-1]
            elif kind == "name" and text in WORDS:
                kind = "symbol"
            elif kind == "symbol":
                text = SIGNS.get(text, text)
            elif kind in ("name", "quoted"):
                kind, text = "column", text.replace("``", "`")
            tokens.append(Token(kind, text, position))
            position = match.end()
        return [*tokens, Token("end", "", len(self.text))]


def point(text: str, position: int, what: str) -> str:
    """Write an error under the formula, with a caret at the character."""
    start = max(0, position - 60)
    shown = text[start : position + 60].replace("\n", " ")
    return f"{what}.\n    {shown}\n    {' ' * (position - start)}^"
