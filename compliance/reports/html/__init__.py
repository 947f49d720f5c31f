"""Reports as pages of HTML: one stylesheet, one set of parts, charts and graphs drawn here as SVG.

How a page is made, also one of a service:

    from compliance.reports.html.environment import environment, style, script

    pages = environment(Path("my/templates"))          # searched first; the parts below stand beside them
    pages.get_template("case.html").render(banner=banner_of(answer, background), ...)

- `style()` is the whole stylesheet, `script()` the small script that filters tables. A single file puts them inline
  (`templates/page.html`); a service under a content security policy gives them as files. No part has an attribute
  `style` or `on...`, and nothing asks for another file.
- Parts, to be imported by name (`{% from "parts/decision.html" import banner, mark, steps %}`):
  `parts/decision.html` `mark(word)`, `banner(view)`, `standings(view)`, `steps(next)`, `lines(views)`;
  `parts/findings.html` `finding(view)`, `findings_table(rows, total)`; `parts/charts.html` `bars(chart)`,
  `filling(chart)`, `graph(drawn, ident, sentences)`.
- What they take is plain data: `views.Banner`, `views.FindingView`, `charts.BarChart`, `charts.FillChart`, and for a
  graph the mapping that `reports.ownership_picture` describes. `banner.banner_of`, `finding_views.finding_view`,
  `figure_charts.chart_groups` and `Background.owners` make them from an answer and its background.
- The filters: `number` (thousands apart), `plain` (`license_required` with spaces), `decision` and `outcome` (the word
  that people read). All text is escaped; what would turn the direction of text or is a control character is replaced.

INVARIANT: what a colour says stands in words beside it, and a chart has its figures as text.
"""
