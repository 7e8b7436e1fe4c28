// Before the first paint: the theme that the reader chose last; without a choice the system's.
const chosen = (() => { try { return localStorage.getItem("theme"); } catch { return null; } })();
if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
