"""What a picture is and shows: each finding is a module, a pure function of the decoded picture.

`measure.measure` makes all of them in a worker process; `analyzer.Analyzer` is the way in. Nothing here knows the wire's calls, and
nothing but `analyzer` runs on the event loop.
"""
