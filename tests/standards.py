"""Fetch the standards' own files that tests compare with; `make test-data` runs this. Pinned by commit and sha256.

The files are the W3C's (see the LICENSE of w3c/rdf-tests); they are kept out of the repository.
"""

import hashlib
import sys
import urllib.request
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "standards"
COMMIT = "ad541a5f0479f0798608c4801369d97b8e08b36f"
ADDRESS = f"https://raw.githubusercontent.com/w3c/rdf-tests/{COMMIT}/sparql/sparql11/"
FILES = {
    "csv-tsv-res/csvtsv01.csv": "34386580f3433250db5dfe1baad928cfb2f6b0742e41f3de26d5e38e18974646",
    "csv-tsv-res/csvtsv01.rq": "01bd7cb4a2b93fda4e658db10e63169720114e4c173965656f0e19896017c88c",
    "csv-tsv-res/csvtsv01.tsv": "fd957cd6d11fbe4c0183f0435027c153429c8bb91968692c30c4a58544fc4347",
    "csv-tsv-res/csvtsv02.csv": "b233f8b6efeb2bcf02ce55efbcfaacc5d496d8091f3a93b85b5e6fb2d7b28a52",
    "csv-tsv-res/csvtsv02.rq": "79ac5a29e433544b581ae17237fbc7b1b5680ee61d72491e85c12e1e12684a84",
    "csv-tsv-res/csvtsv02.tsv": "47dd2f5e4b0fce096abb2608fe47f31289806f7727f5be63792807493c425afe",
    "csv-tsv-res/csvtsv03.csv": "ab004546b5394e19f490f58432a6798bed72a9f884e729dd8f7e4ee5b2dd3fce",
    "csv-tsv-res/csvtsv03.tsv": "65759e258e68d9847bfca38bdf869821b5ba5eff03f68c24cd4d58c5469d558f",
    "csv-tsv-res/data.ttl": "cf0ce542d4f2364d872114819bbc5f9c753c261cd829585aaf34ed5a5168ad37",
    "csv-tsv-res/data2.ttl": "74f00d4e8955f4593c8eeb7d31665c492f98f087b6149d163fe35172a470a194",
    "json-res/data.ttl": "c970f6dc2f6d8595d7702eba46791d4bb985a31e91f7cf3522a941f755c3c037",
    "json-res/jsonres01.rq": "01bd7cb4a2b93fda4e658db10e63169720114e4c173965656f0e19896017c88c",
    "json-res/jsonres01.srj": "34d3f0bf12937e13edce919c4b8e3d7b632b6936ac0e0bc1fa4cdcf7ddfde9cf",
    "json-res/jsonres02.rq": "79ac5a29e433544b581ae17237fbc7b1b5680ee61d72491e85c12e1e12684a84",
    "json-res/jsonres02.srj": "ee884361825e68294e9b3b4e29204f78ee906a91caa8f7e62e81c3cfb5b1b766",
    "json-res/jsonres03.rq": "d8fc48ac2f3f3b13665bf89898c2d42464a8ba3018e6106298ec8005389a381d",
    "json-res/jsonres03.srj": "673c243b8659f8ffff808f8d560cbb18db35a5cbf4c878b18cb03f3a08fa41c8",
    "json-res/jsonres04.rq": "61d1d13c37a83193f785b457dc454554dbd987b4bb984616d94135959a32c0e7",
    "json-res/jsonres04.srj": "7b8d2c1c6cc3885e120bb695b5f15e7977bbdf6423c928dba7930f22bd2ce8e8",
    "protocol/manifest.ttl": "08d2fa7d6ed57cab739798903e8cea5e13065625a2a9d567a7cfb9319315ef17",
}


def is_there(name: str) -> bool:
    """Tell whether a file was fetched and is what it should be."""
    path = FOLDER / name
    return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == FILES[name]


def fetch(name: str, address: str = ADDRESS) -> None:
    """Fetch one file; raise ValueError where its content is not the pinned one."""
    with urllib.request.urlopen(address + name, timeout=30) as answer:
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != FILES[name]:
        raise ValueError(f"{address}{name} is not the pinned file; nothing was kept")
    (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
    (FOLDER / name).write_bytes(content)


def main() -> int:
    """Fetch what is missing; say in one sentence what went wrong."""
    missing = [name for name in FILES if not is_there(name)]
    for name in missing:
        try:
            fetch(name)
        except (OSError, ValueError) as error:
            print(f"Could not fetch {name}: {error}. The tests that need it will be skipped.", file=sys.stderr)
            return 1
    print(f"{len(FILES)} files are there, {len(missing)} of them new.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
