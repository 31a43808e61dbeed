"""The command: jobs (without a word), ``growth``, ``compare``, ``docs``."""

import sys

COMMANDS = ("growth", "compare", "docs")


def main() -> int:
    """Do what the first word says."""
    words = sys.argv[1:]
    command = words[0] if words and words[0] in COMMANDS else ""
    if command == "growth":
        from benchmarks import growth

        return growth.main(words[1:])
    if command == "compare":
        from benchmarks import compare

        return compare.main(words[1:])
    if command == "docs":
        from benchmarks.reporting import fill_pages

        fill_pages()
        return 0
    from benchmarks import running

    return running.main(words)


if __name__ == "__main__":
    sys.exit(main())
