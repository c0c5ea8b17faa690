"""Markup made of values: whatever a text holds, a browser reads it as that text."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from commandcenter.gateways.liaison.markup import joined, tag


class Read(HTMLParser):
    """What a browser would see."""

    def __init__(self, text):
        super().__init__()
        self.seen = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.seen.append(data)


texts = st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"]), min_size=1)


@given(texts, texts)
def test_that_a_text_is_read_as_it_was_put_in(text, value):
    seen = Read(tag("p", text, title=value)).seen

    assert seen[0] == ("p", {"title": value})
    assert "".join(seen[1:]) == text


def test_that_what_is_not_said_is_left_out():
    made = tag("input", name="who", required=True, hidden=False, aria_label="名")

    assert made == '<input name="who" required aria-label="名">'
    assert joined("<", None, made) == "&lt;" + made
