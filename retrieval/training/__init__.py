"""What ships as data and was learned: programs that write it anew, run by hand and never by Derek.

`ranking` trains the weights that order candidates, `centroids` finds what the vectors of a language have in
common, `translations` which stems of two languages say the same. `inputs` is what they read: openly
licensed judged sets.
"""
