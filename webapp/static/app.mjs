// Comfort on every page: theme, menus, suggestions while one types, copying, sorting. All of it works without, too.

const root = document.documentElement;

function offerThemes() {
  const button = document.querySelector(".theme");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const dark = getComputedStyle(root).colorScheme === "dark"
      || (!root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
    root.dataset.theme = dark ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* a browser that keeps nothing: it lasts for this page */ }
    root.dispatchEvent(new CustomEvent("themechange"));
  });
}

function closeMenusOutside() {
  const menus = [...document.querySelectorAll("details.menu")];
  document.addEventListener("click", event => {
    for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", event => {
    const open = event.key === "Escape" && menus.find(menu => menu.open);
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  });
}

// A combobox as WAI-ARIA has it: `data-suggest` is the address that answers ?q= with [{iri, kind, name, href, matched}].
// On a search form a choice leads to the thing; an input with `data-into` takes its kind/slug.
let boxes = 0;
function suggest(input) {
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.id = `suggestions-${++boxes}`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  input.after(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  let found = [], at = -1, waiting, asked = 0;
  const close = () => { list.hidden = true; at = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const choose = hit => {
    if ("into" in input.dataset) { input.value = hit.id; close(); input.dispatchEvent(new Event("change", { bubbles: true })); }
    else location.assign(hit.href);
  };
  const mark = to => {
    at = (to + found.length) % found.length;
    [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === at)));
    list.children[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", list.children[at].id);
  };
  const show = hits => {
    found = hits;
    at = -1;
    list.replaceChildren(...hits.map((hit, place) => {
      const item = document.createElement("li"), about = document.createElement("small");
      item.id = `${list.id}-${place}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.textContent = hit.name;
      about.textContent = hit.matched && hit.matched !== hit.name ? `${hit.kind} · ${hit.matched}` : hit.kind;
      item.append(about);
      item.addEventListener("mousedown", event => { event.preventDefault(); choose(hit); });
      return item;
    }));
    list.hidden = hits.length === 0;
    input.setAttribute("aria-expanded", String(hits.length > 0));
    input.removeAttribute("aria-activedescendant");
  };
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    const words = input.value.trim(), turn = ++asked;
    if (words.length < 2) return close();
    waiting = setTimeout(async () => {
      const address = new URL(input.dataset.suggest, location.href);
      address.searchParams.set("q", words);
      const answer = await fetch(address).catch(() => null);  // without an answer the form still searches
      if (answer?.ok && turn === asked) show(await answer.json());
    }, 120);
  });
  input.addEventListener("keydown", event => {
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); mark(at + (event.key === "ArrowDown" ? 1 : at < 0 ? 0 : -1)); }
    else if (event.key === "Enter" && at >= 0) { event.preventDefault(); choose(found[at]); }
    else if (event.key === "Escape") { event.preventDefault(); close(); }
  });
  input.addEventListener("blur", close);
}

function offerCopies() {
  for (const code of document.querySelectorAll("pre.snip")) {
    const heading = code.previousElementSibling;
    if (!heading || !navigator.clipboard) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy: ${heading.textContent.trim()}`);
    button.addEventListener("click", async () => {
      try { await navigator.clipboard.writeText(code.textContent); button.textContent = "Copied"; }
      catch { button.textContent = "Select and copy by hand"; }
      setTimeout(() => { button.textContent = "Copy"; }, 1800);
    });
    heading.append(button);
  }
}

// Tables of the class `sortable`: a click on a head sorts; numbers by size, the rest as words. Cells may say `data-sort`.
function sortable(table) {
  const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
  const key = (row, column) => { const cell = row.cells[column]; return (cell?.dataset.sort ?? cell?.textContent ?? "").trim(); };
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      heads.forEach(other => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const rows = [...body.rows], numbers = rows.every(row => key(row, column) === "" || !Number.isNaN(Number(key(row, column).replaceAll(",", ""))));
      const order = numbers ? (a, b) => Number(a.replaceAll(",", "")) - Number(b.replaceAll(",", "")) : (a, b) => a.localeCompare(b, "en", { numeric: true });
      rows.sort((a, b) => (up ? 1 : -1) * order(key(a, column), key(b, column)));
      body.append(...rows);
    });
  });
}

offerThemes();
closeMenusOutside();
document.querySelectorAll("input[data-suggest]").forEach(suggest);
offerCopies();
document.querySelectorAll("table.sortable").forEach(sortable);
