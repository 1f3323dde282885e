"""`python -m bot`: the product's verbs."""

from bot.commands import main

if __name__ == "__main__":
    main()
