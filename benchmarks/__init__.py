"""Benchmarks: each job beside its limit and beside what a user would pick instead. ``python -m benchmarks --help``."""
