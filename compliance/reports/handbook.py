"""The handbook: a page for each rule and pack, in Markdown or HTML, for people who never open YAML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from itertools import groupby
from posixpath import relpath

from compliance.rulebook.prose.page import Item

NOTE = "Made from the rule files. Not legal advice."
_MEANT = re.compile(r"[*<\[\]|]|(?<!\w)_|_(?!\w)")
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}"
    "h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.1rem;margin-top:2rem;border-bottom:1px solid #ccc}"
    "nav,.name,footer{color:#555;font-size:.9rem}dl{display:grid;grid-template-columns:7rem 1fr;gap:.15rem 1rem}"
    "dt{color:#555}dd{margin:0}ul{margin:.2rem 0;padding-left:1.4rem}code{background:#f2f2f2;padding:0 .2rem}"
    "@media (prefers-color-scheme:dark){body{background:#151515;color:#e6e6e6}code{background:#2a2a2a}"
    "nav,.name,footer,dt{color:#aaa}h2{border-color:#444}a{color:#8ab4f8}}"
)


def files(pages: Mapping[str, list[Item]], format: str) -> dict[str, str]:
    """The files of a handbook by their path: `index`, one for each pack and one for each rule, `md` or `html`."""
    made = {"index": _index(pages), **pages}
    write = _markdown if format == "md" else _html
    return {f"{name}.{format}": write(page, name, pages, format) for name, page in made.items()}


def _index(pages: Mapping[str, list[Item]]) -> list[Item]:
    found = [Item("head", "What the rules ask", "Handbook")]
    for name, page in pages.items():
        title = page[0].text
        found.append(Item("line", title, name, 1) if "/" in name else Item("section", title, name))
    return found


def _link(here: str, there: str, format: str) -> str:
    return relpath(f"{there}.{format}", f"{here}/..")


# ---- Markdown


def _markdown(page: Iterable[Item], here: str, pages: Mapping[str, list[Item]], format: str) -> str:
    lines: list[str] = []
    for item in page:
        text = _escape_markdown(item.text)
        match item.kind:
            case "head":
                lines += [f"# {text}", "", _escape_markdown(item.name), ""]
            case "fact":
                lines.append(f"- **{item.name}**: {text}")
            case "section":
                link = f"[{text}]({_link(here, item.name, format)})" if item.name in pages else text
                lines += ["", f"## {link}", ""]
            case "line" if item.name in pages:
                lines.append(f"- [{text}]({_link(here, item.name, format)})")
            case "line":
                lines.append(f"{'   ' * item.depth}{item.name or '-'} {text}")
    return "\n".join([*lines, "", f"_{NOTE}_", ""])


def _escape_markdown(text: str) -> str:
    """Text in which only code marks mean something to Markdown."""
    parts = text.split("`")
    return "`".join(part if n % 2 else _MEANT.sub(r"\\\g<0>", part) for n, part in enumerate(parts))


# ---- HTML


def _html(page: Iterable[Item], here: str, pages: Mapping[str, list[Item]], format: str) -> str:
    items = list(page)
    body: list[str] = []
    for kind, group in groupby(items, key=lambda item: item.kind):
        match kind:
            case "head":
                body += [f'<p class="name">{escape(i.name)}</p><h1>{_code_html(i.text)}</h1>' for i in group]
            case "fact":
                told = "".join(f"<dt>{escape(i.name)}</dt><dd>{_code_html(i.text)}</dd>" for i in group)
                body.append(f"<dl>{told}</dl>")
            case "section":
                body += [f"<h2>{_link_item(i, here, pages, format)}</h2>" for i in group]
            case "line":
                body += _nest_lists(list(group), here, pages, format)
    up = "" if here == "index" else f'<nav><a href="{_link(here, "index", format)}">Handbook</a></nav>'
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(items[0].text)}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{_STYLE}</style></head>\n'
        f"<body>{up}\n" + "\n".join(body) + f"\n<footer>{NOTE}</footer></body></html>\n"
    )


def _nest_lists(lines: list[Item], here: str, pages: Mapping[str, list[Item]], format: str) -> Iterator[str]:
    """Lists within lists, as deep as the lines are."""
    depth = -1
    for item in lines:
        while depth < item.depth:
            yield "<ul>"
            depth += 1
        while depth > item.depth:
            yield "</ul>"
            depth -= 1
        mark = f"{escape(item.name)} " if item.name and item.name not in pages else ""
        yield f"<li>{mark}{_link_item(item, here, pages, format)}</li>"
    yield "</ul>" * (depth + 1)


def _link_item(item: Item, here: str, pages: Mapping[str, list[Item]], format: str) -> str:
    text = _code_html(item.text)
    return f'<a href="{_link(here, item.name, format)}">{text}</a>' if item.name in pages else text


def _code_html(text: str) -> str:
    parts = escape(text).split("`")
    return "".join(f"<code>{p}</code>" if n % 2 else p for n, p in enumerate(parts))
