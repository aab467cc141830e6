"""HTML as somebody reads it to whom neither style nor classes come through."""

from html.parser import HTMLParser


class Reader(HTMLParser):
    """The words of a piece of HTML, its elements in order, and whether each one that is opened is closed."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.parts, self.elements, self.attributes, self._open, self._style = [], [], [], [], False
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.attributes += attrs
        self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if "style" not in self._open:
            self.parts.append(data)

    @property
    def words(self):
        return " ".join(" ".join(self.parts).split())


def words(html):
    return Reader(html).words
