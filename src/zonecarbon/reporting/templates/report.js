// Sorting and searching of tables. Without it the page is complete; with it headers become buttons.
(function () {
  "use strict";
  var collator = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: "base" });

  function keyOf(cell, isNumber) {
    var key = cell.getAttribute("data-sort");
    if (isNumber) { return key ? Number(key) : NaN; }
    return key === null ? cell.textContent.trim() : key;  // "" is what is not known
  }

  function isUnknown(key) { return typeof key === "number" ? isNaN(key) : key === ""; }

  function compare(a, b, isNumber) {
    if (!isNumber) { return collator.compare(a, b); }
    return a < b ? -1 : a > b ? 1 : 0;
  }

  function sort(table, head, at) {
    var body = table.tBodies[0];
    var isNumber = head.classList.contains("number");
    var sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    var rows = Array.prototype.map.call(body.rows, function (row, place) {
      return { row: row, key: keyOf(row.cells[at], isNumber), place: place };
    });
    rows.sort(function (a, b) {
      var aIsLast = isUnknown(a.key), bIsLast = isUnknown(b.key);
      if (aIsLast !== bIsLast) { return aIsLast ? 1 : -1; }  // what is unknown stays last either way
      return (aIsLast ? 0 : sign * compare(a.key, b.key, isNumber)) || a.place - b.place;
    });
    var sorted = document.createDocumentFragment();
    rows.forEach(function (item) { sorted.appendChild(item.row); });
    body.appendChild(sorted);
    Array.prototype.forEach.call(head.parentNode.cells, function (other) { other.removeAttribute("aria-sort"); });
    head.setAttribute("aria-sort", sign === 1 ? "ascending" : "descending");
  }

  function makeSortable(table) {
    var label = table.getAttribute("data-sort-label");
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, at) {
      var title = head.querySelector(".title");
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = title.textContent;
      button.title = label.replace("{column}", title.textContent);
      head.insertBefore(button, title);  // the plain title stays for print, where browsers do not repeat buttons
      head.classList.add("has-button");
      button.addEventListener("click", function () { sort(table, head, at); });
    });
  }

  function makeSearchable(tools) {
    var table = document.getElementById(tools.getAttribute("data-for"));
    var input = tools.querySelector("input");
    var count = tools.querySelector(".count");
    var rows = Array.prototype.slice.call(table.tBodies[0].rows);
    var texts = rows.map(function (row) {
      return Array.prototype.map.call(row.cells, function (cell) {
        return cell.classList.contains("number") ? "" : cell.textContent;
      }).join(" ").toLowerCase();
    });
    function search() {
      var wanted = input.value.trim().toLowerCase();
      var shown = 0;
      rows.forEach(function (row, at) {
        row.hidden = texts[at].indexOf(wanted) < 0;
        shown += row.hidden ? 0 : 1;
      });
      count.textContent = count.getAttribute("data-text").replace("{shown}", shown).replace("{n}", rows.length);
    }
    input.addEventListener("input", search);
    tools.hidden = false;
    search();
  }

  Array.prototype.forEach.call(document.querySelectorAll("table.sortable"), makeSortable);
  Array.prototype.forEach.call(document.querySelectorAll(".tools"), makeSearchable);
})();
