"""What a link to a competition shows where it is shared: a page of facts, and a picture.

`result` reads and checks what is told, `picture` draws it, `routes` answers.
"""
