"""Takes the picture of a report that opens the README: `python .ci/picture.py`, with Chromium installed."""

import subprocess
import tempfile
from pathlib import Path

from markdown_it import MarkdownIt

from reporter.markers import blocks

ROOT = Path(__file__).parents[1]
STYLE = """
body { font: 16px/1.5 "DejaVu Sans", sans-serif; color: #1f2328; background: white; width: 1180px; margin: 24px 32px; }
table { border-collapse: collapse; font-size: 14px; margin-bottom: 16px; }
td, th { border: 1px solid #d1d9e0; padding: 6px 10px; }
tr:nth-child(2n) td { background: #f6f8fa; }
a { color: #0969da; text-decoration: none; }
code { font: 12px/1.45 "DejaVu Sans Mono", monospace; }
pre { background: #f6f8fa; padding: 12px; border-radius: 6px; overflow: hidden; }
h3 { font-size: 20px; } h4 { font-size: 16px; } img { max-width: 100%; }
"""
FLAGS = "--headless --no-sandbox --disable-gpu --disable-background-networking --hide-scrollbars --force-device-scale-factor=1.5"


def main() -> None:
    """Render the results of the README as GitHub would, and photograph their beginning."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = blocks(readme)
    body = MarkdownIt("commonmark").enable("table").render(block.content)
    page = f'<meta charset="utf-8"><base href="{ROOT.as_uri()}/"><style>{STYLE}</style>{body}'
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "page.html").write_text(page, encoding="utf-8")
        shot = [
            "--window-size=1244,980",
            f"--user-data-dir={folder}",
            f"--screenshot={ROOT / 'figures' / 'report.png'}",
        ]
        subprocess.run(["chromium", *FLAGS.split(), *shot, f"{folder}/page.html"], check=True, capture_output=True)


if __name__ == "__main__":
    main()
