"""Each phrasing and each word of the grammar of claims is found in its own samples."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reporter.claims.joining import joined
from reporter.claims.metrics import metric
from reporter.claims.numbers import agrees, exact, parse, whole_samples
from reporter.claims.passages import passages
from reporter.claims.phrasings import CLAIMS, JOINS, Phrasing
from reporter.claims.prose import read_lines
from reporter.claims.words import WORDS, Word, sentences

NUMBERS: dict[str, tuple[str, float, bool]] = {
    "99.5 % is 0.9953, cut": ("99.5 %", 0.9953, True),
    "99.5 % is 0.9947, rounded": ("99.5 %", 0.9947, True),
    "99.5 % is not 0.9941": ("99.5 %", 0.9941, False),
    "99.53 % is 0.9953": ("99.53 %", 0.9953, True),
    "99.53 % is not 0.9947": ("99.53 %", 0.9947, False),
    "a percent sign may touch the number": ("99.53%", 0.9953, True),
    "percent may be a word": ("99.53 percent", 0.9953, True),
    "a number may have more digits than the log": ("40.7738 %", 0.4077, True),
    "more digits do not hide another value": ("0.8853", 0.885, False),
    "a trailing zero changes nothing": ("0.90520", 0.9052, True),
    "thousands may be separated": ("14,864", 14864, True),
    "thousands may be separated as in LaTeX": ("14{,}864", 14864, True),
    "k is thousand": ("14.8k", 14864, True),
    "K is thousand, rounded": ("14.9K", 14864, True),
    "15k is 14,864, rounded": ("15k", 14864, True),
    "M is million": ("1.2M", 1_172_410, True),
    "million may be a word": ("1.17 million", 1_172_410, True),
    "an exponent is read": ("1e-3", 0.001, True),
    "a number may be a word": ("twenty-five", 25, True),
    "a word is not another number": ("twenty", 25, False),
    "all digits of a long number count": ("0.016543518993379802", 0.016543518993379802, True),
    "the last digit of a long number counts": ("0.016543518993379803", 0.016543518993379802, False),
    "binary noise does not count": ("82.46 %", 0.8245999999999999, True),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_agrees_as_people_write_it(name: str) -> None:
    text, value, expected = NUMBERS[name]
    number = parse(text)
    assert number
    assert agrees(number, exact(value, 4)) is expected


def test_about_allows_one_unit_in_the_last_place() -> None:
    number = parse("99%")
    assert number
    assert agrees(number, Decimal("0.982"), about=True)
    assert not agrees(number, Decimal("0.979"), about=True)


@pytest.mark.parametrize(
    ("text", "samples", "expected"),
    [
        ("99.53 %", 10_000, True),
        ("99.535 %", 10_000, False),
        ("0.8333", 12, True),
        ("0.8334", 12, False),
        ("0.85", 12, False),
    ],
)
def test_an_accuracy_is_a_whole_number_of_right_answers(text: str, samples: int, expected: bool) -> None:
    number = parse(text)
    assert number
    assert whole_samples(number, samples) is expected


METRICS = {
    "val_acc": "val_acc",
    "validation accuracy": "val_acc",
    "Vacc": "val_acc",
    "accuracy on the test set": "acc",
    "Accuracy on test data": "acc",
    "training accuracy": "acc",
    "val_gender_output_acc": "val_gender_output_acc",
    "validation loss": "val_loss",
    "test error rate": "error",
    "top-5 accuracy": "top5",
    "f1 score": "f1",
}


@pytest.mark.parametrize("words", METRICS)
def test_words_name_a_metric(words: str) -> None:
    assert str(metric(words)) == METRICS[words]


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.letter)
def test_each_word_is_found_in_its_samples(word: Word) -> None:
    for sample in word.samples:
        (tokens,) = sentences(f"{sample} 7")
        assert word.letter in [token.letter for token in tokens], sample


def letters(text: str) -> str:
    return " ".join("".join(token.letter for token in joined(tokens)) for tokens in sentences(text))


@pytest.mark.parametrize("phrasing", JOINS, ids=lambda phrasing: phrasing.name)
def test_tokens_that_belong_together_are_joined(phrasing: Phrasing) -> None:
    for sample in phrasing.samples:
        assert phrasing.gives in letters(sample), (sample, letters(sample))


@pytest.mark.parametrize("phrasing", CLAIMS, ids=lambda phrasing: phrasing.name)
def test_each_phrasing_is_found_in_its_samples(phrasing: Phrasing) -> None:
    for sample in phrasing.samples:
        assert phrasing.compiled().search(letters(sample)), (sample, letters(sample))
    for other in phrasing.others:
        assert not phrasing.compiled().search(letters(other)), (other, letters(other))


MARKUP = {
    "bold": "The **best** accuracy",
    "emphasis": "The *best* accuracy",
    "code": "The `best` accuracy",
    "a tag": "The <b>best</b> accuracy",
    "a link": "The [best](a.log) accuracy",
    "LaTeX": r"The \textbf{best} accuracy",
}


@pytest.mark.parametrize("name", MARKUP)
def test_markup_becomes_spaces(name: str) -> None:
    (line,) = read_lines(MARKUP[name], "a.md")
    assert line.text.split() == ["The", "best", "accuracy"]
    assert len(line.text) == len(line.raw)


def test_a_wrapped_paragraph_is_one_passage_and_list_items_are_several() -> None:
    text = "The best validation accuracy of this network on the data is\n0.9953 at epoch 18.\n- one: 1\n- two: 2\n"
    lines = read_lines(text, "a.md")
    found = list(passages(lines, range(len(lines))))
    assert [passage.lines for passage in found] == [(0, 1), (2,), (3,), (4,)]
    assert found[0].place(found[0].text.index("0.9953")) == (1, 0)
