"""A table for LaTeX is valid, and shows any name literally."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import KILLED, SECTION, reporter
from test_report import gathered

from reporter.documents import escape, render

PAGE = r"""\documentclass{article}
\usepackage{booktabs}
\usepackage[T1]{fontenc}
\begin{document}
\input{table.tex}
\end{document}
"""
NAMES = r"50% & $x_1$ #2 {a} \section{b} ~c^d <e> |f| “g” \\ -- ---"


def test_a_table_has_a_rule_for_each_experiment_and_the_best_run_is_bold(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(SECTION, encoding="utf-8")
    (tmp_path / "b.log").write_text(SECTION.replace("val_acc: 0.9866", "val_acc: 0.9861") + KILLED, encoding="utf-8")
    done = reporter("report", "a.log", "b.log", "-o", "table.tex", "--columns", "run,log,best,epochs", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    text = (tmp_path / "table.tex").read_text(encoding="utf-8")
    assert text.startswith("\\begin{tabular}{lllr}\n\\toprule\nRun & Log & Best val\\_acc & Epochs \\\\\n\\midrule\n")
    assert text.endswith("\\bottomrule\n\\end{tabular}\n")
    assert "First.ipynb & a.log & \\textbf{0.9866 (epochs 2, 3)} & 3 of 3 \\\\\n" in text
    assert "killed & b.log & 0.6000 (epoch 1) & 1 of 3, interrupted \\\\\n" in text
    assert text.count("\\midrule") == 3
    assert len({line.count(" & ") for line in text.splitlines() if line.endswith("\\\\")}) == 1


ESCAPES = {
    "special characters": ("50% & $x_1$ #2 {a}", r"50\% \& \$x\_1\$ \#2 \{a\}"),
    "a command": (r"\input{/etc/passwd}", r"\textbackslash{}input\{/etc/passwd\}"),
    "a negative difference": ("−0.0007", "$-$0.0007"),
    "control characters and lines": ("a\x1b[0m\nb", "a[0m b"),
}


@pytest.mark.parametrize(("text", "escaped"), ESCAPES.values(), ids=ESCAPES.keys())
def test_a_text_is_escaped_for_latex(text: str, escaped: str) -> None:
    assert escape.latex(text) == escaped


def test_every_table_can_be_typeset(tmp_path: Path) -> None:
    program = shutil.which("pdflatex")
    if program is None:
        pytest.skip("no pdflatex on the PATH")
    groups = gathered(SECTION, KILLED, SECTION.replace("First.ipynb", NAMES))
    (tmp_path / "table.tex").write_text(render.render(groups, format="latex"), encoding="utf-8")
    (tmp_path / "page.tex").write_text(PAGE, encoding="utf-8")
    command = [program, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, re.findall(r"^!.*", done.stdout, re.MULTILINE)
    assert (tmp_path / "page.pdf").stat().st_size > 5_000
