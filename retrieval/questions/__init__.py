"""What is asked.

`question` takes a question apart: its text, the days that it limits the articles to (`periods`), what it
goes on with from the questions before (`followups`). `keyboards` reads it as other layouts would have it,
and `answer_types` says which kind of answer it expects. The words by which a language does all this are
data.
"""
