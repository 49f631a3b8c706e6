"""`python -m tests.speech_model words | say | train`: see README.md."""

import argparse
from pathlib import Path

from tests.speech_model.graph import write_graphs
from tests.speech_model.utterances import say_labelled_set


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.speech_model")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("words", help="lexicon and graphs anew, without training")
    say = commands.add_parser("say", help="a labelled set in voices never trained on")
    say.add_argument("folder", type=Path)
    say.add_argument("--phrases", type=Path, required=True, help="one a line, words with blanks")
    say.add_argument("--count", type=int, default=10)
    say.add_argument("--snr", type=float, help="dB; without it the line is quiet")
    say.add_argument("--seed", type=int, default=1)
    train = commands.add_parser("train", help="all of it anew")
    train.add_argument("--utterances", type=int, default=14_000)
    train.add_argument("--epochs", type=float, default=8)
    options = parser.parse_args()
    if options.command == "words":
        write_graphs()
    elif options.command == "say":
        wanted = options.phrases.read_text("utf-8").splitlines()
        folder: Path = options.folder
        say_labelled_set(folder, wanted, options.count, seed=options.seed, snr=options.snr)
    else:
        from tests.speech_model.training import train as train_anew  # noqa: PLC0415 needs torch

        train_anew(options.utterances, options.epochs)


if __name__ == "__main__":
    main()
