"""Turns a sentence into tokens: numbers, metrics, and the words that say what a number means.

Each kind of token has a letter, so that a phrasing is a regular expression over letters (`phrasings.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reporter.claims.metrics import DATA, METRIC
from reporter.claims.numbers import NUMBER, WORD, Number, parse


@dataclass(frozen=True, slots=True)
class Word:
    """Holds a group of words that mean the same.

    Attributes:
        letter: The letter of its tokens.
        pattern: Matches the words, in lower case.
        samples: Some of them.
        meaning: What they mean, in a sentence.
    """

    letter: str
    pattern: str
    samples: tuple[str, ...]
    meaning: str


WORDS = (
    Word("m", METRIC, ("val_acc", "test accuracy", "accuracy on the test data"), "A metric."),
    Word(
        "u",
        DATA,
        ("on the test set",),
        "The data that a metric is measured on.",
    ),
    Word(
        "p",
        r"(?:(?:non-?|un)?trainable\s+|total\s+|model\s+)?(?:params?\b|par[ae]+m?[ae]*t[e]*rs?\b|weights\b)",
        ("params", "parameters", "paraemters"),
        "The number of parameters of a model.",
    ),
    Word(
        "r",
        r"learning[-\s]rates?(?:\s+(?:scheduler|schedule|decay))?|\blr\b",
        ("learning rate", "lr"),
        "The learning rate, which is a setting.",
    ),
    Word(
        "e",
        r"epochs?\b(?:\s+(?:number|no\.?|n°))?|epocs?\b",
        ("epoch", "epochs", "epoch number"),
        "An epoch, or how many.",
    ),
    Word(
        "b",
        r"best|max(?:imum|imal|ima)?\b\.?|highest|peak(?:s|ed|ing)?|top\b|greatest|record|minimum|minimal"
        r"|(?<!\d)(?<!\d\s)min\b\.?|lowest|smallest",
        ("best", "max", "highest", "lowest"),
        "The best value of all epochs.",
    ),
    Word(
        "l",
        r"final(?:ly)?|last|ending|ended?\b|ends|finish(?:es|ed)?|at\s+the\s+end",
        ("final", "last", "ends"),
        "The value of the last epoch.",
    ),
    Word(
        "c",
        r">=|<=|≥|≤|>|<|\\geq?\b|\\leq?\b|above|over|(?:more|greater|higher|better|larger)\s+than"
        r"|at\s+least|exceed(?:s|ed|ing)?|surpass(?:es|ed|ing)?|cross(?:es|ed|ing)?|beyond"
        r"|no\s+less\s+than|under|below|(?:less|fewer|lower|smaller)\s+than|at\s+most|up\s+to"
        r"|no\s+more\s+than|beat(?:s|ing)?",
        ("above", "at least", "less than"),
        "A bound.",
    ),
    Word(
        "a",
        r"~|≈|∼|\\(?:sim|approx)\b|about|around|approx(?:imately|\.)?|roughly|nearly|almost|close\s+to"
        r"|circa|some\b|only|just\b",
        ("about", "~", "nearly"),
        "The number is not exact.",
    ),
    Word(
        "t",
        r"seconds?\b|secs?\b|minutes?\b|mins?\b|hours?\b|hrs?\b|milliseconds?\b|ms\b|[sh]\b(?!['’])"
        r"|(?<=[\d ])m\b(?=\s?\d\d?\s?s\b)",
        ("seconds", "7 min", "hours", "2 h 4 m 43 s"),
        "A unit of time.",
    ),
    Word(
        "T",
        r"took|takes|taken|training\s+times?|trained\s+in|trains\s+in|time\b|runtime|elapsed"
        r"|wall[-\s]?clock|duration|lasted|lasts",
        ("took", "training time"),
        "A duration.",
    ),
    Word(
        "g",
        r"to[-\s]?do\b|targets?|goals?|aim(?:s|ed|ing)?|should|must\b|needs?\b|needed|required|requires?"
        r"|requirements?|wants?|wanted|want\b|expect(?:s|ed|ing)?|hop(?:e|ed|ing)\s|objective"
        r"|constraints?|thresholds?"
        r"|(?<!able\s)(?<!managed\s)(?<!us\s)to\s+(?:reach|achieve|beat|get|obtain)\b|not\b|never|n't"
        r"|no\s+longer|would|could|if\b|until\b|try\s|plan(?:s|ned)?|budget",
        ("target", "should", "until"),
        "A target, or another number that no run has reached.",
    ),
    Word(
        "o",
        r"so\s+far|update[sd]?|(?:bigger|larger|smaller|deeper|wider|big|second|third)\s(?:model|network|cnn)"
        r"|of\s(?:\d+|two|three|four|five|ten|several)\s(?:runs|seeds|trials)|variants?|alternative|"
        r"baselines?|base\b|reference|papers?|previous(?:ly)?|earlier|authors?|sota"
        r"|state[-\s]of[-\s]the[-\s]art|(?<!/)original(?:ly)?(?!/)|given|compared|comparison|versus"
        r"|vs\b\.?|instead|old\b|et\sal\b\.?|published|reported\s+(?:by|in)|random\s+guess\w*|human\b"
        r"|chance\b|literature|leaderboard|kaggle|submission|mlp|perceptron"
        r"|linear\s(?:model|classifier|regression)|fully[-\s]connected|ensemble|teacher|pre-?trained"
        r"|fine-?tun\w+|lenet(?:-?\d)?|alexnet|vgg(?:-?\d+)?|(?:pre)?resnet-?\d*|densenet-?\d*"
        r"|(?:google|inception|mobile|efficient|squeeze|xcep)\w*net\w*|inception|xception|vit|bert|svm"
        r"|logistic\sregression|random\sforest|knn|xgboost|others?\b|else\b|initial(?:ly)?|first\b"
        r"|from\s(?=~?\d)|before\b|without\b|another\b",
        ("baseline", "previous", "paper"),
        "Another model, which may have no log here.",
    ),
    Word(
        "d",
        r"mean\b|average[ds]?|avg\b\.?|median|std\b\.?|standard\s+deviation|\bsd\b|improve[sd]?\s+by"
        r"|improvements?|(?:de|in)creased\s+both|gains?\b|gap\b|differences?|differs?|increase[sd]?\s+by"
        r"|decrease[sd]?\s+by|reduc(?:e[sd]?|tion)|drop(?:s|ped)?\b|better\b|worse\b|higher\b|lower\b"
        r"|points?\b|relative|multipl\w+|mov(?:es?|ed|ement)|costs?\b|adds?\b|loses?\b|vary|varies|varied",
        ("mean", "difference", "improvement"),
        "A number that is computed from several.",
    ),
    Word(
        "k",
        r"version|python|keras|tensorflow|figures?|table|section|chapter|page|line|issue|steps?|stage"
        r"|part|week|day|assignment|attempt|experiment|model\s(?=\d)|(?-i:Model\s(?=[A-Z]\b))|layer\s(?=\d)|cifar|imagenet"
        r"|question|phase|session|note|no\.|seed",
        ("version", "figure", "week"),
        "A thing with a number, which follows.",
    ),
    Word(
        "y",
        r"every|each|per|times|patience|within|next",
        ("every", "per", "within"),
        "The number that follows or stands before counts something else.",
    ),
    Word(
        "x",
        r"batch(?:es)?(?:[-_\s]?size)?|kernels?|filters?|channels?|drop-?outs?(?:\s+rate)?|momentum"
        r"|(?:weight[-\s])?decay|l[12]|folds?|class(?:es)?|categories|layers?|units?|neurons?"
        r"|(?:test\s|training\s|validation\s)?(?:images?|samples?|examples?|instances?)|pixels?|size"
        r"|gpus?|cpus?|cores?|gb|mb|stride|padding|iterations?|warmup|alpha|beta|gamma|epsilon|depth"
        r"|width|heads?|blocks?|receptive|angle|degrees?|rotation|shift|zoom|split|resolution|temperature"
        r"|ratio|scale|factor|workers?|verbose|threads?|people|users|authors?",
        ("batch size", "dropout", "kernels"),
        "A setting, or another thing that is counted.",
    ),
    Word(
        "v",
        r"(?:is|was|are|were|be|been|being|has|had|have|of|to|at|as|with|by|reache[sd]?|reach(?:ing)?|achiev(?:e[sd]?|ing)|acheiv(?:e[sd]?|ing)|acheive|g[ao]ve|gives?|giving|got|gets?|getting|obtain(?:s|ed|ing)?|attain(?:s|ed|ing)?|turned\s+out|equals?|hit[s]?|scor(?:es|ed|ing)|recie?vd|received?|yield(?:s|ed|ing)?|hav(?:e|ing)|result(?:s|ed|ing)?(?:\s+in)?|came|comes|stands?|report(?:s|ed)?|show(?:s|ed|n)?|train(?:s|ed)?|run\b|ran\b|it|an?|the|our|this|that|in|on|after|for|from|which|model|network|we|i|value|output|accurate|number|count|total|rose|improved|went|rises|goes|up|down|data|set|new|reads?|print(?:ed|s)?|log(?:s|ged)?|stopped|full|only|whole|both)\b",
        ("is", "reached", "of"),
        "A word that may stand between a metric and its number.",
    ),
)
"""The words that have a meaning in a claim; where two match, the first counts."""

_LIST = rf"\[\s*{NUMBER}(?:\s*,\s*{NUMBER}){{1,7}}\s*,?\s*\]"
_GLUED = r"(?<=\d)(?:st|nd|rd|th)\b"
_TOKEN = re.compile(
    rf"(?P<list>{_LIST})"
    rf"|(?P<ratio>(?<![\w.,/:-])\d{{1,7}}\s?(?:/|of|out\sof)\s?\d{{1,7}}(?![\w/]|\.\d))"
    rf"|(?P<number>(?<![\w.,/:^-]){NUMBER}(?:(?=(?:st|nd|rd|th|s|ms|h|min|sec|m(?=\s?\d\d?\s?s))\b)|(?![\w%]|[-/:.]\d|,\d|\.\w|[x×]\d)))"
    rf"|(?P<ordinal>{_GLUED})"
    rf"|(?P<numword>\b{WORD}\b)"
    + "".join(rf"|(?P<W{word.letter}>(?<![^\W\d_])(?:{word.pattern})(?:(?<!\w)|(?!\w)))" for word in WORDS)
    + r"|(?P<equals>[:=#→]+|->|–|—|(?<=\s)-(?=\s))|(?P<comma>[,;()/&+]|\b(?:and|but|while|whereas)\b)"
    r"|(?P<stop>[.!?](?=[\s)\"']|$)|\|)|(?P<other>[^\W\d_][\w'’]*|\d[\w.,-]*|_\w*|[^\w\s])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """Holds a token of a sentence.

    Attributes:
        letter: `N` number, `L` list, `R` ratio such as `17/20`, `O` ordinal ending, `=` sign, `,` comma, `w` any other
            word, or the letter of a `Word`.
        start: Where it starts in the passage.
        end: Where it ends.
        text: Its words.
        numbers: The numbers in it.
    """

    letter: str
    start: int
    end: int
    text: str
    numbers: tuple[Number, ...] = ()


_LONGEST_SENTENCE = 300
"""Most tokens of a sentence; what is longer is no sentence, and is cut so that time is linear."""

_LETTERS = {
    "list": "L",
    "ratio": "R",
    "number": "N",
    "ordinal": "O",
    "numword": "N",
    "equals": "=",
    "comma": ",",
    "stop": ".",
    "other": "w",
}
_EACH = re.compile(NUMBER)


def sentences(text: str) -> Iterator[list[Token]]:
    """Splits a passage into sentences of tokens.

    Args:
        text: The text of the passage.

    Yields:
        The tokens of each sentence that has a number.
    """
    sentence: list[Token] = []
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or "other"
        letter = _LETTERS.get(kind) or kind[1]
        if letter == "." or len(sentence) >= _LONGEST_SENTENCE:
            if any(token.numbers for token in sentence):
                yield sentence
            sentence = []
            if letter == ".":
                continue
        numbers: tuple[Number, ...] = ()
        if letter in "LRN":
            each = [found[0]] if kind in ("number", "numword") else _EACH.findall(found[0])
            numbers = tuple(number for one in each if (number := parse(one)) is not None)
            letter = letter if len(numbers) == len(each) else "w"
        sentence.append(Token(letter, found.start(), found.end(), found[0], numbers))
    if any(token.numbers for token in sentence):
        yield sentence
