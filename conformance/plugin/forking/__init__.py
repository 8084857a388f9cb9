"""Workers forked from one process that has loaded everything, rather than started from nothing.

A worker that starts from nothing loads the same modules as all others, one to two seconds of
a processor each. Here `zygote` loads them once, and forks a worker for each `envoy`, which is
what pytest-xdist starts in a worker's place: it hands its standard streams over and waits.
`parent` is the side of the process that conducts the run.
"""
