"""`python -m bot.training [FOLDER]`: trains the heads, then Rasa's model, of what is served or of the edition in FOLDER."""

import argparse
import sys
from pathlib import Path

from bot.edition import Edition, take_up
from bot.errors import FingerpostError
from bot.training.run import train_all

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bot.training")
    parser.add_argument("folder", type=Path, nargs="?", help="of an edition; what is served when left out")
    parser.add_argument("--force", action="store_true", help="also when no content changed")
    chosen = parser.parse_args()
    if chosen.folder:
        take_up(Edition.at(chosen.folder.resolve()))
    try:
        train_all(force=chosen.force)
    except FingerpostError as error:
        sys.exit(str(error))
