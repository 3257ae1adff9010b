"""The languages that Derek knows: which one a text is in, and what is known of each, as data.

What is known of a language stands in TOML files in a folder named by its code, so that whoever
speaks the language can correct it without reading code.
"""

#: The languages with knowledge of their own; every other is split and found by its words alone.
KNOWN = ("en", "ru", "kk")

#: What a text is called whose language nobody could tell.
UNDETERMINED = "und"
