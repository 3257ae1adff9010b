"""Formats whose contents are read in a process of their own: a module each, which gives readings.

Each has `read(content, encoding)`; which module reads which kind of file stands in `files`.
"""
