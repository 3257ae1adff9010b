"""Articles in, cited sentences out; nothing here knows of chats, commands or Telegram.

The rooms, in the order in which an article and a question flow through them: `languages` and `analysis`
(text to sentences, words and terms), `ingest` (what is out there to articles), `storage` (articles at
rest), `index` and `semantic` (sentences found by their words and by their meaning), `questions` (what is
asked), `ranking` (candidates to evidence), `answers` (evidence to citations), `evaluation` (how good they
are) and `training` (what ships as data).
"""
