"""`python -m tests.chaos.wrapped serve …`: qfbot with a skewed clock, or points to die at."""

from bot.__main__ import main
from tests.chaos import pointed, skewed

if __name__ == "__main__":
    skewed.install()
    pointed.install()
    main()
