// Filters, sorts and pages the tables marked `data-table`. A page is whole without this; nothing is asked from elsewhere.
(function () {
  "use strict";
  var PAGE = 200;

  function enhance(box) {
    var table = box.querySelector("table"), body = table.tBodies[0];
    var rows = Array.prototype.slice.call(body.rows);
    var texts = rows.map(function (row) { return row.textContent.toLowerCase(); });
    var search = box.querySelector("[data-search]"), count = box.querySelector("[data-count]");
    var more = box.querySelector("[data-more]"), printed = box.querySelector("[data-printed]");
    var selects = Array.prototype.slice.call(box.querySelectorAll("select[data-column]"));
    var whole = count.textContent, shown = PAGE, sort = null, kept = rows.map(function (_, at) { return at; });

    function cell(at, column) { return rows[at].cells[column].textContent.trim(); }

    var values = selects.map(function (select) {
      var column = +select.getAttribute("data-column"), seen = Object.create(null), list = [];
      var own = rows.map(function (_, at) { return cell(at, column); });
      own.forEach(function (value) { if (!seen[value]) { seen[value] = true; list.push(value); } });
      list.forEach(function (value) {
        var option = document.createElement("option");
        option.value = option.textContent = value;
        select.appendChild(option);
      });
      return own;
    });

    function draw() {
      var part = document.createDocumentFragment();
      for (var i = 0; i < kept.length && i < shown; i++) part.appendChild(rows[kept[i]]);
      body.textContent = "";
      body.appendChild(part);
      var seen = Math.min(shown, kept.length);
      var told = kept.length === rows.length ? whole.replace(/\s+/g, " ").trim()
        : kept.length.toLocaleString("en-US") + " of " + rows.length.toLocaleString("en-US") + " match";
      var rest = seen < kept.length ? "; the first " + seen.toLocaleString("en-US") + " are shown" : "";
      count.textContent = told + rest;
      more.hidden = seen >= kept.length;
      if (printed) printed.textContent = rest ? "The first " + seen.toLocaleString("en-US") + " of "
        + kept.length.toLocaleString("en-US") + " findings stand here; filter in the page, or take the XLSX, for the others." : "";
    }

    function apply() {
      var asked = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      var wanted = selects.map(function (select) { return select.value; });
      kept = [];
      for (var at = 0; at < rows.length; at++) {
        var fits = true, i;
        for (i = 0; fits && i < wanted.length; i++) fits = !wanted[i] || values[i][at] === wanted[i];
        for (i = 0; fits && i < asked.length; i++) fits = texts[at].indexOf(asked[i]) >= 0;
        if (fits) kept.push(at);
      }
      if (sort) order();
      shown = PAGE;
      draw();
    }

    function order() {
      var keys = kept.map(function (at) { return { at: at, key: sort.number ? +cell(at, sort.column).replace(/,/g, "") : cell(at, sort.column).toLowerCase() }; });
      keys.sort(function (a, b) { return (a.key < b.key ? -1 : a.key > b.key ? 1 : a.at - b.at) * sort.way; });
      kept = keys.map(function (one) { return one.at; });
    }

    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, column) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.textContent = "";
      head.appendChild(button);
      button.addEventListener("click", function () {
        var way = sort && sort.column === column ? -sort.way : 1;
        sort = { column: column, way: way, number: head.hasAttribute("data-number") };
        Array.prototype.forEach.call(table.tHead.rows[0].cells, function (one) { one.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", way > 0 ? "ascending" : "descending");
        apply();
      });
    });
    search.addEventListener("input", apply);
    selects.forEach(function (select) { select.addEventListener("change", apply); });
    more.addEventListener("click", function () { shown += 5 * PAGE; draw(); });
    box.querySelector("[data-filters]").hidden = false;
    draw();
  }

  Array.prototype.forEach.call(document.querySelectorAll("[data-table]"), enhance);

  Array.prototype.forEach.call(document.querySelectorAll("[data-open]"), function (box) {
    Array.prototype.forEach.call(box.querySelectorAll("button"), function (button, place) {
      button.addEventListener("click", function () {
        Array.prototype.forEach.call(document.querySelectorAll("details.finding"), function (one) { one.open = place === 0; });
      });
    });
    box.hidden = false;
  });

  // a link to a finding opens it
  window.addEventListener("hashchange", function () {
    var found = document.getElementById(location.hash.slice(1));
    if (found && found.tagName === "DETAILS") found.open = true;
  });
})();
