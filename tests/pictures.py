"""Take the pictures of the README and the one that social media show, from the current snapshot: `make pictures`.

Usage: `python tests/pictures.py`, after `cybergov build` and with Chromium. Each picture is kept small: few colours.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from served import ROOT, serving

HERE = Path(__file__).resolve().parent
SHOWN = HERE / "pictures"
PREVIEW = ROOT / "webapp" / "static" / "preview.png"
COLOURS = 96
TAKEN = {  # file, address, size of the window
    SHOWN / "state.png": ("/doc/state/BRA", (1280, 860)),
    SHOWN / "map.png": ("/map?show=parties&of=document/budapest-convention", (1280, 860)),
    SHOWN / "network.png": ("/network", (1280, 860)),
    PREVIEW: ("/", (1200, 630)),
}


def take(browser: Browser, base: str) -> None:
    """Take all pictures of a site."""
    for path, (address, (width, height)) in TAKEN.items():
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="light")
        answer = page.goto(base + address)
        if answer is None or answer.status != 200:
            raise SystemExit(f"{address} can't be shown: {answer and answer.status}.")
        page.wait_for_load_state("networkidle")
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        path.parent.mkdir(exist_ok=True)
        picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB")
        page.close()


def main() -> None:
    """Serve the current snapshot on a free port and take the pictures."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium is not installed; `apt-get install chromium` brings it.")
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(ROOT / "var", Path(folder) / "log") as served,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        take(browser, served.address)
        browser.close()


if __name__ == "__main__":
    main()
