"""Admission: how many requests a resource works on at a time, who waits, in which order, and who is refused."""
