"""The judge as a library: train on a target, score images, rank and show them.

The map, from the ground up. A part imports only from the lines above its own, and never `oracle`.

errors         every error that is raised on purpose, as one tree
installing     how a missing optional package is installed
digest         sha256, the name of all that the judge reads and writes
progress       how something that takes long says how far it is
processors     how many processors a process may compute on
submission     what a submission is: the strict PNG format and how to get there
views          what the judge looks at: an image halved, exactly
spec           the judging spec: everything that can change a bit

exact          exact arithmetic: training and scoring whose every bit is the same anywhere
parallel       many images at a time, in order, without changing a bit
score          one image's score, and where the image differs
ranking        in which order the entries stand
render         pictures, contact sheets and report pages

copies         which images are copies, and which look like edits, with evidence
calibrated     the calibrated judge, which competitions use
float32        the published recipe in PyTorch, for comparison
separation     how well a calibration tells variations from blank and unrelated images
exact_judge    the judges of exact arithmetic, by their spec
judge          train on a target, score images: the one way in
looks          what scores look like, in pictures of the judge's own calibration
target_check   whether a target suits a competition
workers        who looks at images, compares and scores them
entry_set      a whole entry set: disqualified, scored, ranked
standalone     judging without a chain: files in, a ranking and a report out

similarity     the similarity tools; none of them decides a competition
bench          how good and how fast the judge is
"""
