"""The similarity tools: metrics, verification, retrieval and their benchmarks.

`registry` lists the metrics; none of them decides a competition.
"""
