"""A competition every day at the same hour, without anybody's hand.

`days` is the calendar, `targets` what is played, `secret` what salts and draws follow from, and
`daily` what the daemon does; `publication` is for everybody, `outlook` for the operator.
"""
