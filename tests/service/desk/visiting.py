"""A person at the pages: signs in, sends the forms that pages have, and reads them as text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import httpx

from tests.service.running import Running

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def text_of(page: httpx.Response | str) -> str:
    """What a page says, in one line."""
    reader = _Texts()
    reader.feed(page if isinstance(page, str) else page.text)
    return " ".join(" ".join(reader.found).split())


class Visitor:
    """A browser with its cookies."""

    def __init__(self, service: Running, key: str = "") -> None:
        self.http = httpx.Client(base_url=service.url, timeout=60)
        self.url = service.url
        if key:
            answered = self.sign_in(key)
            assert answered.status_code == 303, answered.text

    def sign_in(self, key: str, next: str = "/desk", **headers: str) -> httpx.Response:
        form = self.hidden("/desk/sign-in")
        return self.post("/desk/sign-in", {**form, "key": key, "next": next}, **headers)

    def get(self, path: str, **params: str) -> httpx.Response:
        return self.http.get(path, params=params or None)

    def post(self, path: str, form: dict[str, Any], **headers: str) -> httpx.Response:
        return self.http.post(path, data=form, headers={"Origin": self.url, **headers})

    def hidden(self, path: str, before: str = "") -> dict[str, str]:
        """The hidden fields of the forms of a page; those of the one that comes after a text."""
        page = self.http.get(path).text
        return dict(HIDDEN.findall(page[page.index(before) :]))

    def act(self, number: int | str, act: str, reason: str, **more: str) -> httpx.Response:
        """Acts on a case as it looks now."""
        path = f"/desk/cases/{number}"
        return self.post(path, {**self.hidden(path, 'id="decide"'), "act": act, "reason": reason, **more})

    def upload(self, name: str, content: bytes) -> str:
        """Uploads a spreadsheet; gives the page of its map."""
        given = self.send_file(name, content)
        assert given.status_code == 303, text_of(given)
        return given.headers["Location"]

    def send_file(self, name: str, content: bytes) -> httpx.Response:
        form = {"form": self.hidden("/desk/uploads", "<main")["form"]}
        return self.http.post("/desk/uploads", data=form, files={"file": (name, content)}, headers={"Origin": self.url})

    def correct(self, path: str, answers: dict[str, str]) -> httpx.Response:
        """Answers what the page of a map asks, by words of the labels; gives the page after it."""
        page = self.get(path).text
        form = {name: value for name, value in self.hidden(path, "<main").items() if name != "do"}
        for ident, label in re.findall(r'<label for="([^"]+)">(.*?)</label>', page):
            form.update((ident, answer) for words, answer in answers.items() if words in label)
        done = self.post(path, form)
        assert done.status_code == 303, text_of(done)
        return self.get(path)

    def screen(self, path: str, **more: str) -> str:
        """Screens what was read, on record; gives the page of the case."""
        done = self.post(path, {**self.hidden(path, "<main"), "do": "screen", **more})
        assert done.status_code == 303, text_of(done)
        return done.headers["Location"]
