"""The knowledge: articles, their sentences, and how the one that answers is found."""
