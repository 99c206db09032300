"""`python -m bot` is the same as the console script `actionitem`."""

from bot.cli import main

main()
