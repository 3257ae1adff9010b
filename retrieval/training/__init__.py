"""What ships as data and was learned: programs that write it anew, run by hand and never by Derek.

`ranking` trains the weights that order candidates, `centroids` computes the mean vectors of each language
and the idf of its function words, `translations` finds which stems of two languages say the same. `inputs` is
what they read: openly licensed judged sets.
"""
