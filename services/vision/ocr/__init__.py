"""From the pixels of a page to its text: where lines are, what stands in them, and how they belong together. Pure functions over arrays;
the models themselves are somebody else's.
"""
