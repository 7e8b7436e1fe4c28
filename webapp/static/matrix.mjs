// Comfort for the matrix: the words of a cell beside it, also for touch and keyboard, and its row and column in sight.
const table = document.querySelector(".matrix");
const note = document.getElementById("cellnote");
let lit = [];

function show(cell) {
  for (const one of lit) one.classList.remove("lit");
  lit = [];
  if (!cell) return;
  const place = cell.cellIndex;
  for (const row of table.rows) {
    const one = row.cells[place];
    if (one) lit.push(one);
  }
  for (const one of lit) one.classList.add("lit");
  note.textContent = cell.title;
}

if (table && note) {
  note.hidden = false;
  note.textContent = "Point at a mark, or move to it with Tab, to read what it rests on.";
  const found = (event) => event.target.closest("tbody td[title]");
  table.addEventListener("pointerover", (event) => show(found(event)));
  table.addEventListener("focusin", (event) => show(found(event)));
  table.addEventListener("pointerleave", () => show(null));
}
