"""What a section of the report is: a key, a title, one sentence on how to read it, and its body."""

from dataclasses import dataclass

from sklearn_mlknow.study.report.html import Html


@dataclass(frozen=True)
class Section:
    """One section of the page.

    Attributes
    ----------
    key : str
        Name of the anchor in the page; letters and hyphens.
    title : str
        Heading, also shown in the navigation.
    lead : str
        What the section shows and how to read it, in one or two sentences.
    body : Html
        Everything below the lead.
    """

    key: str
    title: str
    lead: str
    body: Html
