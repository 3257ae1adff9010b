"""Values to what a person reads.

`messages` makes blocks of answers, articles, receipts and errors, in the reader's language; `blocks` turns
those into HTML, plain text or colours. All pure: nothing here asks, looks up or sends.
"""
