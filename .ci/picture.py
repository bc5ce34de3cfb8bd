"""Takes the pictures of the README, of a report in Markdown and of one as a page: `python .ci/picture.py`."""

import subprocess
import sys
import tempfile
from pathlib import Path

from markdown_it import MarkdownIt

from reporter.documents.markers import find_blocks

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
FLAGS = "--headless --no-sandbox --disable-gpu --disable-background-networking --hide-scrollbars --force-device-scale-factor=1.5 --window-size=1244,980"


def main() -> None:
    """Photograph the results of the README as GitHub would show them, and the page of the same logs."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = find_blocks(readme)
    body = MarkdownIt("commonmark").enable("table").render(block.content)
    page = f'<meta charset="utf-8"><base href="{ROOT.as_uri()}/"><style>{STYLE}</style>{body}'
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "markdown.html").write_text(page, encoding="utf-8")
        photograph(Path(folder) / "markdown.html", "report.png")
        command = ["reporter", "report", "logs", "-o", f"{folder}/page.html"]
        subprocess.run([sys.executable, "-m", *command], check=True, cwd=ROOT)
        photograph(Path(folder) / "page.html", "page.png")


def photograph(page: Path, name: str) -> None:
    """Take a picture of the beginning of a page."""
    shot = [f"--user-data-dir={page.parent}", f"--screenshot={ROOT / 'figures' / name}", "--virtual-time-budget=3000"]
    subprocess.run(["chromium", *FLAGS.split(), *shot, page.as_uri()], check=True, capture_output=True)


if __name__ == "__main__":
    main()
