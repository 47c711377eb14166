"""Picture analysis: each finding is a module with a pure function of the decoded picture.

`analyzer.Analyzer` is the entry point, on the event loop; `measure.measure` makes the findings, in a worker process.
"""
