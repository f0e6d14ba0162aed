"""What is not made by us is escaped."""

import pytest

from sklearn_mlknow.study.report.html import Html, element, join


def test_texts_are_escaped_and_elements_are_kept():
    inner = element("b", "<i>")
    assert inner == "<b>&lt;i&gt;</b>" and isinstance(inner, Html)
    assert element("p", inner, " & ") == "<p><b>&lt;i&gt;</b> &amp; </p>"


@pytest.mark.parametrize("evil", ['"><script>', "' onload='x", "<!--"])
def test_attributes_cannot_be_left(evil):
    written = element("p", title=evil)
    assert written.count('"') == 2 and "<script" not in written and "'" not in written


def test_options_in_prose_stay_on_one_line():
    told = element("p", "<--time> 95 % of 'a --b'", element("b", "--time"))
    option = '<span class="whole">--{}</span>'.format
    assert told == f"<p>&lt;{option('time')}&gt; 95 % of &#x27;a {option('b')}&#x27;<b>--time</b></p>"
    assert element("title", "a --b") == "<title>a --b</title>"


def test_flags_and_absent_attributes():
    assert element("input", checked=True, disabled=False, id=None, class_="a") == '<input checked class="a"/>'


def test_adding_to_html_gives_plain_text_that_is_escaped_again():
    assert join([Html("<b>") + "<i>"]) == "&lt;b&gt;&lt;i&gt;"


def test_control_characters_are_shown_as_unknown():
    assert join(["a\x00b\x1b"]) == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"
