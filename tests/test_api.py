"""The public API: what `import reporter` offers, and that its values compare, hash and show themselves."""

import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import KILLED, SECTION, log_of, runs_of

import reporter

NAN = "Epoch 1/2\n2/2 - 1s - loss: nan\nEpoch 2/2\n1/2 [==>..] - ETA: 1s - loss: nan\n"
ROOT = Path(__file__).parents[1]


def test_dir_shows_the_public_names_and_nothing_else() -> None:
    assert dir(reporter) == sorted(reporter.__all__)


@pytest.mark.parametrize("name", reporter.__all__)
def test_every_public_name_can_be_used_and_is_documented(name: str) -> None:
    value = getattr(reporter, name)
    assert isinstance(value, str) if name == "__version__" else value.__doc__


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Reader'"):
        reporter.Reader  # noqa: B018


def test_importing_the_package_loads_neither_pandas_nor_matplotlib() -> None:
    code = (
        "import reporter, sys; reporter.read_log; print(sorted({'pandas', 'matplotlib', 'keras'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("text", [SECTION, KILLED, NAN])
def test_a_log_equals_itself_read_again_also_with_nan(text: str) -> None:
    first, second = log_of(text), log_of(text)
    assert first == second
    assert hash(first) == hash(second)
    assert first.runs[0].partial == second.runs[0].partial
    assert pickle.loads(pickle.dumps(first)) == first


def test_another_value_makes_a_run_another() -> None:
    (one,), (other,) = runs_of(NAN), runs_of(NAN.replace("nan", "0.5", 1))
    assert one != other
    assert one.epochs[0] != other.epochs[0]


def test_the_history_is_computed_once_and_a_frame_is_new_each_time() -> None:
    run = runs_of(SECTION)[0]
    assert run.history is run.history
    frame = run.to_frame()
    frame["loss"] = 0.0
    assert run.history["loss"].iloc[0] == 0.1601


def test_a_frame_with_times_has_seconds_and_rates() -> None:
    frame = runs_of(SECTION)[0].to_frame(times=True)
    assert list(frame.columns[-3:]) == ["seconds", "step_seconds", "learning_rate"]
    assert frame.loc[2, ["seconds", "learning_rate"]].tolist() == [19.0, 0.0022744503]
    assert set(frame.dtypes) == {frame["loss"].dtype}


def test_a_run_and_a_log_are_one_short_line() -> None:
    assert repr(runs_of(SECTION)[0]) == "<Run 'First.ipynb': completed, 3 of 3 epochs, best val_acc 0.9866 at epoch 2>"
    assert repr(runs_of("Epoch 1/1\n2/2 - 1s - temperature: 3.0\n")[0]) == "<Run 'some': completed, 1 of 1 epoch>"
    assert repr(log_of(SECTION)) == "<Log 'some.log': keras, 2 runs>"


def test_jupyter_shows_the_curves_and_the_table_and_no_markup_of_the_log() -> None:
    html = log_of(SECTION.replace("First", "&lt;script&gt;First"))._repr_html_()
    assert "&lt;script&gt;First" in html
    assert "<script" not in html
    assert html.count("<svg") == 2
    assert "0.9866" in html


def test_a_plot_is_a_figure_of_matplotlib_with_a_panel_a_metric() -> None:
    figure = runs_of(SECTION)[0].plot()
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["acc", "loss", "learning rate"]


def test_a_run_without_an_epoch_cannot_be_drawn() -> None:
    (run,) = runs_of("Train on 10 samples, validate on 5 samples\nEpoch 1/2\n")
    with pytest.raises(ValueError, match="has no finished epoch to draw"):
        run.plot()
    assert "<svg" not in run._repr_html_()


def test_a_report_is_the_text_that_the_command_prints() -> None:
    assert reporter.report([log_of(SECTION)], "json").startswith('{\n "schema": 1')
    assert "| First.ipynb |" in reporter.report([log_of(SECTION)])


def test_two_runs_are_compared() -> None:
    found = reporter.compare(runs_of(SECTION)[:1], runs_of(SECTION.replace("0.9866", "0.9000"))[:1])
    assert found.regressions
