// Charts follow the width of their box; for print they take that of the sheet, and everything folded opens.
(function () {
  "use strict";
  var SHEET = 660; // pixels of an A4 page between its margins
  var plots = Array.prototype.slice.call(document.querySelectorAll(".js-plotly-plot"));
  var closed = [];
  window.addEventListener("beforeprint", function () {
    closed = Array.prototype.slice.call(document.querySelectorAll("details:not([open])"));
    closed.forEach(function (fold) { fold.open = true; });
    plots.forEach(function (plot) { Plotly.relayout(plot, { width: Math.min(SHEET, plot.clientWidth || SHEET) }); });
  });
  window.addEventListener("afterprint", function () {
    closed.forEach(function (fold) { fold.open = false; });
    plots.forEach(function (plot) { Plotly.relayout(plot, { width: null, autosize: true }); });
  });
  // a link to something folded away opens what it lies in
  function unfold() {
    var target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (var fold = target && target.closest("details"); fold; fold = fold.parentElement.closest("details")) {
      fold.open = true;
    }
  }
  window.addEventListener("hashchange", unfold);
  unfold();
})();
