// The editor over the textarea, which stays what is sent. Without this file, or without CodeMirror, one types into it.

const form = document.querySelector("#ask");
const area = document.querySelector("#query");
let view = null;  // the editor, once it is there

function write(text) {
  if (view) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
  area.value = text;
}

// An example fills the editor; that is what its link does, too, and then runs it.
function offerExamples() {
  const links = [...document.querySelectorAll(".examples li a")];
  for (const link of links) {
    link.addEventListener("click", event => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      write(new URL(link.href).searchParams.get("query"));
      for (const other of links) other.classList.toggle("chosen", other === link);
      form.scrollIntoView({ block: "nearest" });
      (view || area).focus();
    });
  }
}

function tellHowLong() {
  const place = document.querySelector("#took");
  const told = performance.getEntriesByType("navigation")[0]?.serverTiming?.find(one => one.name === "query");
  if (place && told) place.textContent = ` · ${Math.max(1, Math.round(told.duration))} ms`;
}

// Words

let words = null;
function vocabulary() {
  words ??= fetch(form.dataset.vocabulary).then(answer => answer.ok ? answer.json() : { prefixes: {}, terms: [] });
  return words;
}

const KEYWORDS = ("SELECT DISTINCT WHERE OPTIONAL FILTER UNION MINUS BIND VALUES GRAPH ASK CONSTRUCT DESCRIBE PREFIX FROM LIMIT "
  + "OFFSET HAVING EXISTS COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT BOUND COALESCE CONTAINS STRSTARTS REGEX LANG STR YEAR DATATYPE "
  + "UNDEF").split(" ").concat("ORDER BY", "GROUP BY", "NOT EXISTS", "AS");
const ICONS = { class: "class", property: "property", code: "constant" };

// Puts a word in place of what was typed, and its prefix on top if it is not declared yet.
function insertTerm(name, prefixes) {
  return (editor, completion, from, to) => {
    const [prefix] = name.split(":"), text = editor.state.doc.toString();
    const declared = new RegExp(`prefix\\s+${prefix}:\\s*<`, "i").test(text);
    const changes = [{ from, to, insert: name }];
    const line = `PREFIX ${prefix}: <${prefixes[prefix]}>\n`;
    if (!declared && prefixes[prefix]) changes.unshift({ from: 0, insert: line });
    const moved = !declared && prefixes[prefix] ? line.length : 0;
    editor.dispatch({ changes, selection: { anchor: from + moved + name.length }, userEvent: "input.complete" });
  };
}

function termOptions({ prefixes, terms }) {
  return terms.map(term => ({
    label: term.name, detail: term.label, type: ICONS[term.kind] || "text", info: term.says || undefined,
    apply: insertTerm(term.name, prefixes), boost: term.kind === "code" ? -20 : 0,
  }));
}

async function completeWords(context) {
  const variable = context.matchBefore(/[?$]\w*/);
  if (variable) {
    const found = new Set(context.state.doc.toString().match(/[?$]\w+/g));
    found.delete(variable.text);
    return { from: variable.from, options: [...found].map(label => ({ label, type: "variable" })), validFor: /^[?$]\w*$/ };
  }
  const word = context.matchBefore(/[\w-]+:?[\w-]*/);
  if (!word && !context.explicit) return null;
  const known = await vocabulary();
  const typed = word ? word.text : "", from = word ? word.from : context.pos;
  const options = termOptions(known);
  if (typed.includes(":")) return { from, options: options.filter(one => one.label.startsWith(typed.split(":")[0] + ":")), validFor: /^[\w-]*:[\w-]*$/ };
  const keywords = KEYWORDS.map(label => ({ label, type: "keyword", boost: 10 }));
  return { from, options: [...keywords, ...options], validFor: /^[\w-]*$/ };
}

// A thing by its name: after `<`, after `id:`, or among VALUES.
async function completeThings(context) {
  const opened = context.matchBefore(/(?:<|\bid:)[^<>"{}\s][^<>"{}\n]*/);
  const listed = opened ? null : context.matchBefore(/VALUES[^{}\n]*\{[^{}\n]*/i);
  const name = opened ? opened.text.replace(/^(?:<|id:)/, "") : listed?.text.match(/[^\s<>{}"]{2,}$/)?.[0];
  if (!name || name.length < 2 || /^https?:/.test(name)) return null;
  await new Promise(done => setTimeout(done, 120));
  if (context.aborted) return null;
  const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(name)}`);
  if (!answer.ok) return null;
  const found = await answer.json();
  const from = opened ? opened.from : context.pos - name.length;
  const options = (Array.isArray(found) ? found : []).map((hit, place) => ({
    label: hit.name, detail: hit.kind, type: "text", boost: -place, apply: `<${hit.iri}> `,
  }));
  return options.length ? { from, options, filter: false } : null;
}

// The editor

function theme({ EditorView, HighlightStyle, tags }) {
  const colours = HighlightStyle.define([
    { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: "var(--accent)", fontWeight: "600" },
    { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--forum)" },
    { tag: [tags.url, tags.namespace, tags.atom], color: "var(--state)" },
    { tag: [tags.string, tags.number, tags.bool], color: "var(--text)" },
    { tag: [tags.comment, tags.lineComment], color: "var(--soft)", fontStyle: "italic" },
  ]);
  const look = EditorView.theme({
    "&": { color: "var(--ink)", backgroundColor: "var(--card)", fontSize: ".92rem", maxHeight: "32rem" },
    "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
    ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5", overflow: "auto" },
    ".cm-content": { padding: ".8rem 0", minHeight: "12rem", caretColor: "var(--ink)" },
    ".cm-line": { padding: "0 .8rem 0 .4rem" },
    ".cm-gutters": { backgroundColor: "transparent", color: "var(--soft)", border: "0", paddingLeft: ".4rem" },
    ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--hover)" },
    ".cm-cursor": { borderLeftColor: "var(--ink)" },
    "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--accent) 25%, transparent)" },
    ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { backgroundColor: "transparent", outline: "1px solid var(--accent)" },
    ".cm-selectionMatch": { backgroundColor: "color-mix(in srgb, var(--accent) 14%, transparent)" },
    ".cm-tooltip": { backgroundColor: "var(--card)", color: "var(--ink)", border: "1px solid var(--line)", borderRadius: ".5rem", boxShadow: "0 6px 20px rgb(0 0 0 / .16)", fontSize: ".86rem" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: ".2rem .6rem", lineHeight: "1.5" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--sans)", maxHeight: "16rem" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--paper)" },
    ".cm-completionDetail": { fontStyle: "normal", opacity: ".8" },
    ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
    ".cm-completionInfo": { padding: ".5rem .7rem", maxWidth: "22rem", fontFamily: "var(--sans)", lineHeight: "1.4" },
    ".cm-tooltip.cm-completionInfo-left-narrow, .cm-tooltip.cm-completionInfo-right-narrow": { display: "none" },  // it would hide the list
    ".cm-panels": { backgroundColor: "var(--hover)", color: "var(--ink)", borderColor: "var(--line)" },
    ".cm-panels input, .cm-panels button": { background: "var(--card)", color: "var(--ink)", border: "1px solid var(--line)", borderRadius: ".3rem" },
    ".cm-searchMatch": { backgroundColor: "color-mix(in srgb, var(--text) 35%, transparent)" },
    ".cm-diagnostic": { borderLeftColor: "var(--weak)" },
    ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--weak)", textUnderlineOffset: "3px" },
    ".cm-lintPoint-error::after": { borderBottomColor: "var(--weak)" },
  });
  return { colours, look };
}

function extensions(cm) {
  const { colours, look } = theme(cm);
  const run = () => { form.requestSubmit(form.querySelector("button")); return true; };
  return [
    cm.lineNumbers(), cm.highlightActiveLine(), cm.highlightActiveLineGutter(), cm.highlightSpecialChars(), cm.history(), cm.drawSelection(),
    cm.indentOnInput(), cm.bracketMatching(), cm.closeBrackets(), cm.highlightSelectionMatches(), cm.sparql(), cm.syntaxHighlighting(colours), look,
    cm.autocompletion({ override: [completeThings, completeWords], maxRenderedOptions: 60 }),
    cm.Prec.highest(cm.keymap.of([{ key: "Mod-Enter", run }])),
    cm.keymap.of([...cm.closeBracketsKeymap, ...cm.defaultKeymap, ...cm.searchKeymap, ...cm.historyKeymap, ...cm.lintKeymap]),
    matchMedia("(max-width: 640px)").matches ? cm.EditorView.lineWrapping : [],
    cm.EditorView.contentAttributes.of({ "aria-label": "Query", tabindex: "0", spellcheck: "false", autocapitalize: "off" }),
    cm.EditorView.updateListener.of(update => { if (update.docChanged) area.value = update.state.doc.toString(); }),
  ];
}

function showFault(cm) {
  const { line, column } = area.dataset;
  if (!line) return;
  const doc = view.state.doc, wrong = doc.line(Math.min(Number(line), doc.lines));
  const at = Math.min(wrong.from + Number(column) - 1, wrong.to);
  const after = /^\S*/.exec(doc.sliceString(at, wrong.to))[0], before = /\S*$/.exec(doc.sliceString(wrong.from, at))[0];
  const from = after ? at : at - before.length, to = at + after.length;  // the word there, or else the one before
  const message = document.querySelector("#fault")?.textContent || "The query can't be read from here on.";
  view.dispatch(cm.setDiagnostics(view.state, [{ from, to, severity: "error", message }]));
  view.dispatch({ selection: { anchor: at }, scrollIntoView: true });
}

// In a shadow root its styles are adopted sheets, which the page's policy allows; colours come through as properties.
async function mount() {
  const cm = await import(new URL(form.dataset.editor, location.href).href);
  const host = document.createElement("div");
  host.className = "mounted";
  const root = host.attachShadow({ mode: "open" });
  area.before(host);
  view = new cm.EditorView({
    state: cm.EditorState.create({ doc: area.value, extensions: extensions(cm) }), parent: root, root,
  });
  area.hidden = true;
  document.querySelector("label[for=query]").hidden = true;
  form.querySelector(".keys").hidden = false;
  showFault(cm);
  addEventListener("pageshow", () => { if (area.value !== view.state.doc.toString()) write(area.value); });
}

offerExamples();
addEventListener("load", tellHowLong);
if (document.readyState === "complete") tellHowLong();
if (form.dataset.editor) mount();
