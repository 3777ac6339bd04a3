"""Judging Oracle: competitions on a chain, judged so that anybody can recompute every number.

The map, from the ground up. A part imports only from the lines above its own, and from `scoring`.

errors       every error that is raised on purpose, as one tree
paths        paths as people write them, with ~ for their home
deadline     one deadline over a whole exchange with a slow peer
logs         lines of JSON or text, and no secrets in them
health       whether the daemon does its duty, and what is wrong
metrics      the daemon's numbers

chain        everything that knows the chain: reads, events, calls, hashes, fees
store        content by its sha256, wherever it lies, verified at every read
beacon       rounds of public randomness, fetched from relays and proven
settings     one frozen tree from defaults, file, environment and flags

signing      who may sign what: keys, policies, typed messages
ledger       what this machine has done, so that it does nothing twice
sending      a transaction, from its intent until it is final
sealed       secrets behind commitments: images and votes
sandbox      where a stranger's image is opened

judging      from a closed entry set to a published bundle
cluster      the work on a case's images, shared out to many machines
reveals      revealing for players
practice     scoring a stranger's image by a judge whose competition is over
push         reminding players by Web Push
api          what strangers meet over HTTP
studio       words in, images and signed receipts out
auditing     re-running a judging, and naming whatever differs
daemon       the operator's cycle
voting       a quorum member's votes
accounts     what a person does by hand
series       a competition every day at the same hour
deployment   putting contracts on a chain
notices      telling the operator what needs a human
backup       one encrypted file of what this machine alone knows, and the way back

assembly     from settings to working parts
checks       `judge check`: whether everything the daemon needs is there
devnet       a whole world on one machine
cli          `judge`, the one command
"""
