"""Which images are copies of the target or of an earlier entry, with evidence.

By shapes (`sketch`, `screen`, `correlation`) and by local features (`features`, `matches`).
"""
