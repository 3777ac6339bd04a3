"""The studio: players' words become images of a generator, each with a signed receipt.

`words` says what a prompt may be, `backends` hold one generator each, `sketch` is the embedded one.
"""
