// Comfort on the network: lighting up neighbours, walking along ties with the arrow keys, zooming, a PNG.
// Without it the picture is there, its marks are links, and the list says the same.

const root = document.documentElement;
const svg = document.querySelector(".netframe svg.network");

function neighbours() {
  const near = new Map();
  for (const line of svg.querySelectorAll(".strands line")) {
    for (const [from, to] of [[line.dataset.one, line.dataset.other], [line.dataset.other, line.dataset.one]]) {
      if (!near.has(from)) near.set(from, { ids: new Set([from]), lines: [] });
      near.get(from).ids.add(to);
      near.get(from).lines.push(line);
    }
  }
  return near;
}

function light(near) {
  const marks = [...svg.querySelectorAll("a.mark")];
  const put = id => {
    const found = near.get(id) ?? { ids: new Set([id]), lines: [] };
    svg.classList.add("lighting");
    for (const mark of marks) mark.classList.toggle("lit", found.ids.has(mark.dataset.id));
    for (const line of svg.querySelectorAll("line.lit")) line.classList.remove("lit");
    for (const line of found.lines) line.classList.add("lit");
  };
  const out = () => {
    svg.classList.remove("lighting");
    for (const lit of svg.querySelectorAll(".lit")) lit.classList.remove("lit");
  };
  for (const mark of marks) {
    mark.addEventListener("pointerenter", event => { if (event.pointerType === "mouse") put(mark.dataset.id); });
    mark.addEventListener("pointerleave", out);
    mark.addEventListener("focus", () => { if (mark.matches(":focus-visible")) put(mark.dataset.id); });
    mark.addEventListener("blur", out);
  }
}

// An arrow key goes to the neighbour that lies most in its direction.
function walk(near) {
  const marks = new Map([...svg.querySelectorAll("a.mark")].map(mark => [mark.dataset.id, mark]));
  const middle = mark => { const box = mark.querySelector("circle, path").getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; };
  const ways = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  svg.addEventListener("keydown", event => {
    const way = ways[event.key], here = event.target.closest("a.mark");
    if (!way || !here || event.ctrlKey || event.altKey || event.metaKey) return;
    const [x, y] = middle(here);
    let best = null, least = Infinity;
    for (const id of near.get(here.dataset.id)?.ids ?? []) {
      const mark = marks.get(id);
      if (!mark || mark === here) continue;
      const [ox, oy] = middle(mark), dx = ox - x, dy = oy - y, along = dx * way[0] + dy * way[1];
      const far = Math.hypot(dx, dy), off = along > 0 ? far * (2 - along / far) : Infinity;
      if (off < least) { least = off; best = mark; }
    }
    event.preventDefault();
    best?.focus();
  });
}

function zoom() {
  const tools = document.querySelector(".nettools"), whole = svg.viewBox.baseVal;
  const full = { x: whole.x, y: whole.y, width: whole.width, height: whole.height };
  let scale = 1, x = full.x, y = full.y;
  const show = () => {
    const width = full.width / scale, height = full.height / scale;
    x = Math.min(Math.max(x, full.x), full.x + full.width - width);
    y = Math.min(Math.max(y, full.y), full.y + full.height - height);
    svg.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
    svg.classList.toggle("zoomed", scale > 1);
  };
  const to = factor => {
    const next = Math.min(Math.max(scale * factor, 1), 6);
    x += full.width / scale / 2 - full.width / next / 2;
    y += full.height / scale / 2 - full.height / next / 2;
    scale = next;
    show();
  };
  tools.hidden = false;
  tools.addEventListener("click", event => {
    const how = event.target.closest("[data-zoom]")?.dataset.zoom;
    if (how === "in") to(1.4); else if (how === "out") to(1 / 1.4); else if (how) { scale = 1; show(); }
  });
  let from = null;
  svg.addEventListener("pointerdown", event => { if (scale > 1 && event.pointerType === "mouse" && !event.target.closest("a")) from = [event.clientX, event.clientY, x, y]; });
  addEventListener("pointermove", event => {
    if (!from) return;
    const unit = full.width / scale / svg.clientWidth;
    x = from[2] - (event.clientX - from[0]) * unit;
    y = from[3] - (event.clientY - from[1]) * unit;
    show();
  });
  addEventListener("pointerup", () => { from = null; });
}

// The picture as the server draws it for a file, put on a canvas at twice its size.
async function save(button) {
  const answer = await fetch(button.dataset.png);
  if (!answer.ok) throw new Error(String(answer.status));
  const address = URL.createObjectURL(new Blob([await answer.text()], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * 2;
    canvas.height = image.naturalHeight * 2;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise(done => { canvas.toBlob(done, "image/png"); });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = "network.png";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  } finally { URL.revokeObjectURL(address); }
}

function offerPictures() {
  for (const button of document.querySelectorAll("[data-png]")) {
    button.parentElement.hidden = false;
    button.addEventListener("click", () => save(button).catch(() => { button.textContent = "PNG: not in this browser"; }));
  }
}

function slide() {
  const range = document.querySelector(".netform [type=range]"), output = document.querySelector(".netform output");
  range?.addEventListener("input", () => { output.textContent = range.value; });
  range?.addEventListener("change", () => range.form.requestSubmit());
}

if (svg) {
  const near = neighbours();
  light(near);
  walk(near);
  zoom();
  root.classList.add("netlive");
}
offerPictures();
slide();
