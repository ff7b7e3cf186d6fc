/** Style and script of the HTML report. The script is ES5 in a string: it runs in the reader's browser, not here. */

export const STYLE = `
:root { color-scheme: light dark; --paper: #fff; --ink: #16181c; --line: #c8ccd2; --dim: #555b63; --soft: #f2f4f6; --error: #a4000f; --warning: #7a4b00; --info: #0b5394; }
@media (prefers-color-scheme: dark) { :root { --paper: #16181c; --ink: #e8eaed; --line: #4a4f57; --dim: #b0b6be; --soft: #24272c; --error: #ff8a93; --warning: #f0b75e; --info: #84bdf5; } }
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 78rem; padding: 1rem 1.25rem 4rem; }
h1 { font-size: 1.6rem; margin: .5rem 0; } h2 { font-size: 1.25rem; margin: 2rem 0 .75rem; } h3 { font-size: 1rem; margin: 0 0 .35rem; } h4 { font-size: .9rem; margin: .6rem 0 .2rem; }
p { margin: .35rem 0; }
code, pre { font: .875em/1.5 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
pre { background: var(--soft); margin: .4rem 0; padding: .4rem .6rem; white-space: pre-wrap; }
.counts { display: flex; flex-wrap: wrap; gap: .25rem 2rem; margin: .75rem 0; }
.counts div { display: flex; flex-direction: row-reverse; gap: .4rem; } .counts dt { color: var(--dim); } .counts dd { font-weight: 600; margin: 0; }
#filter { background: var(--paper); border-block: 1px solid var(--line); display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; padding: .6rem 0; }
@media (min-width: 50rem) { #filter { position: sticky; top: 0; } }
#filter[hidden] { display: none; }
#filter input, #filter select, #filter button { font: inherit; padding: .15rem .4rem; max-width: 16rem; }
article { border: 1px solid var(--line); border-left-width: 5px; margin: .75rem 0; padding: .6rem .9rem; }
article.error { border-left-color: var(--error); } article.warning { border-left-color: var(--warning); } article.info { border-left-color: var(--info); }
.severity { text-transform: uppercase; font-size: .8rem; letter-spacing: .04em; } .error .severity { color: var(--error); } .warning .severity { color: var(--warning); } .info .severity { color: var(--info); }
.rule { color: var(--dim); font-weight: 400; } .place { color: var(--dim); font-size: .875em; overflow-wrap: anywhere; }
ol, ul { margin: .2rem 0; padding-left: 1.75rem; }
.table { overflow-x: auto; } table { border-collapse: collapse; margin: 1rem 0; width: 100%; } caption { font-weight: 600; text-align: left; padding: .3rem 0; }
th, td { border: 1px solid var(--line); padding: .3rem .5rem; text-align: left; vertical-align: top; } td code, th code, td .place, th .place { overflow-wrap: break-word; } thead th { background: var(--soft); } tbody th { font-weight: 400; }
[hidden] { display: none !important; }
:focus-visible { outline: 2px solid var(--info); outline-offset: 2px; }
@media print { :root { color-scheme: light; --paper: #fff; --ink: #000; --line: #999; --dim: #333; --soft: #fff; --error: #000; --warning: #000; --info: #000; } body { font-size: 10pt; max-width: none; padding: 0; } #filter { display: none; } article, tr { break-inside: avoid; } h2, h3, h4, caption { break-after: avoid; } thead { display: table-header-group; } }
`

export const SCRIPT = `
(function () {
  var form = document.getElementById('filter');
  var items = Array.prototype.slice.call(document.querySelectorAll('.item'));
  var texts = items.map(function (item) { return item.textContent.toLowerCase(); });
  var shown = document.getElementById('shown');
  var value = function (id) { return document.getElementById(id).value; };
  function has(item, name, wanted) {
    return wanted === '' || (item.getAttribute('data-' + name) || '').split(' ').indexOf(wanted) >= 0;
  }
  function apply() {
    var words = value('words').toLowerCase().split(' ').filter(function (word) { return word !== ''; });
    var findings = 0, writes = 0;
    items.forEach(function (item, i) {
      var isRow = item.tagName === 'TR';
      var fits = has(item, 'phase', value('phase')) && has(item, 'verdict', value('verdict')) &&
        (isRow || (has(item, 'severity', value('severity')) && has(item, 'rule', value('rule')))) &&
        words.every(function (word) { return texts[i].indexOf(word) >= 0; });
      item.hidden = !fits;
      if (fits) { if (isRow) writes++; else findings++; }
    });
    Array.prototype.forEach.call(document.querySelectorAll('.table'), function (table) {
      table.hidden = table.querySelector('tbody tr:not([hidden])') === null;
    });
    shown.textContent = findings + ' findings, ' + writes + ' writes in the audit';
  }
  form.hidden = false;
  form.addEventListener('input', apply);
  form.addEventListener('submit', function (event) { event.preventDefault(); });
  form.addEventListener('reset', function (event) {
    event.preventDefault();
    ['words', 'severity', 'rule', 'phase', 'verdict'].forEach(function (id) { document.getElementById(id).value = ''; });
    apply();
  });
  apply();
})();
`
