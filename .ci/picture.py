"""Takes the pictures of the README and of the documentation with Chromium: `python .ci/picture.py`.

What GitHub shows is imitated; commit the pictures after looking at them.
"""

import html
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from markdown_it import MarkdownIt

from reporter.documents.markers import find_blocks

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "images"
STYLE = """
body { font: 16px/1.5 "DejaVu Sans", sans-serif; color: #1f2328; background: white; margin: 24px 32px; }
table { border-collapse: collapse; font-size: 14px; margin-bottom: 16px; }
td, th { border: 1px solid #d1d9e0; padding: 6px 10px; }
tr:nth-child(2n) td { background: #f6f8fa; }
a { color: #0969da; text-decoration: none; }
code, pre { font: 12px/1.45 "DejaVu Sans Mono", monospace; }
pre { background: #f6f8fa; padding: 12px; border-radius: 6px; overflow: hidden; }
h3 { font-size: 20px; } h4 { font-size: 16px; } img { max-width: 100%; }
.label { font-size: 15px; font-weight: bold; color: #59636e; margin: 0 0 8px; }
.panel { border: 1px solid #d1d9e0; border-radius: 8px; padding: 14px 20px 2px; overflow: hidden; }
.panel { font-size: 14px; } .before pre { background: none; padding: 0; margin: 0 0 12px; font-size: 11.5px; height: 13lh; }
.after td, .after th { font-size: 11.5px; padding: 5px 6px; }
.arrow { text-align: center; font: 14px "DejaVu Sans Mono", monospace; margin: 14px 0; color: #0969da; }
"""
FLAGS = "--headless --no-sandbox --disable-gpu --disable-background-networking --hide-scrollbars --force-device-scale-factor=1.5"
BEFORE = """## Using_GAP.ipynb ##

**Total params: 11,504**

**print(score) output:** [0.019802276400377742, 0.9942]

**Max Validation Accuracy**
in Epoch 00019: LearningRateScheduler setting learning rate to 0.0004449718.
60000/60000 [==============================] - 11s 185us/step - loss: 0.0202 - acc: 0.9937 - val_loss: 0.0183 - val_acc: 0.9950

**Full training epoc details:**
"""
MARKERS = "<!-- BEGIN_REPORTER logs=logs/original/gap.log logs=logs/gap template=summary -->\n<!-- END_REPORTER -->\n"


def main() -> None:
    """Takes all pictures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        photograph(page(folder / "before-after.html", before_and_after(folder), folder), "before-after.png", 1010, 830)
        (block,) = find_blocks((ROOT / "RESULTS.md").read_text(encoding="utf-8"))
        photograph(page(folder / "report.html", rendered(block.content), ROOT), "report.png", 1244, 980)
        command = ["reporter", "report", "logs", "-o", f"{folder}/page.html"]
        subprocess.run([sys.executable, "-m", *command], check=True, cwd=ROOT)
        photograph(folder / "page.html", "page.png", 1244, 980)


def before_and_after(folder: Path) -> str:
    """Shows the beginning of a log as it was pasted by hand, and the block that takes its place."""
    shutil.copytree(ROOT / "logs", folder / "logs")
    (folder / "README.md").write_text(MARKERS, encoding="utf-8")
    subprocess.run([sys.executable, "-m", "reporter", "readme", "README.md"], check=True, cwd=folder)
    (block,) = find_blocks((folder / "README.md").read_text(encoding="utf-8"))
    log = (ROOT / "logs" / "original" / "gap.log").read_text(encoding="utf-8")
    pasted = html.escape(BEFORE + log[log.index("Train on") :])
    return (
        f'<p class="label">Before: a log, pasted by hand</p><div class="panel before"><pre>{pasted}</pre></div>'
        '<p class="arrow">▼ reporter readme README.md</p>'
        f'<p class="label">After: a block that is written from the log, and checked in CI</p><div class="panel after">{rendered(block.content)}</div>'
    )


def rendered(markdown: str) -> str:
    """Renders Markdown as GitHub does."""
    return MarkdownIt("commonmark").enable("table").render(markdown)


def page(path: Path, body: str, base: Path) -> Path:
    """Writes a page whose links are seen from a folder."""
    head = f'<meta charset="utf-8"><base href="{base.as_uri()}/"><style>{STYLE}</style>'
    path.write_text(head + body, encoding="utf-8")
    return path


def photograph(page: Path, name: str, width: int, height: int) -> None:
    """Takes a picture of the beginning of a page."""
    shot = [f"--window-size={width},{height}", f"--screenshot={PICTURES / name}", "--virtual-time-budget=3000"]
    command = ["chromium", *FLAGS.split(), f"--user-data-dir={page.parent}/profile", *shot, page.as_uri()]
    subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    main()
