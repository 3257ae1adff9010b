"""The languages that Derek knows: which one a text is in, and what is known of each, as data.

What is known of a language stands in TOML files in a folder named by its code, so that whoever speaks the
language can correct it without reading code. `tables` says what each file may hold, `detection` tells the
languages apart.
"""

#: The languages with knowledge of their own; every other is split and found by its words alone.
KNOWN = ("en", "ru", "kk")

#: What a text is called whose language nobody could tell.
UNDETERMINED = "und"
