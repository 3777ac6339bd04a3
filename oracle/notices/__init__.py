"""Messages to the operator about what needs a human: to a webhook, by e-mail, not too often.

Whatever is logged as an error is one (`from_log`); `cooldown` decides how often, `poster` sends on
a thread of its own, and `channels` knows the two ways out.
"""
