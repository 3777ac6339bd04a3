"""`judge check`: looks at everything a daemon needs, before it is needed.

`environment` takes all looks; `node`, `account` and `machine` say what each one looks at.
"""
