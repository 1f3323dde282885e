"""`python -m bot.training`: trains the heads, then Rasa's model; nothing when no content changed."""

import sys

from bot.errors import FingerpostError
from bot.training.run import train_all

if __name__ == "__main__":
    try:
        train_all(force="--force" in sys.argv)
    except FingerpostError as error:
        sys.exit(str(error))
