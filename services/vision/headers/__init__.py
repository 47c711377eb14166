"""What pictures say about themselves before anything in them is decoded: kinds told from their first bytes, sizes, frames, and how long
their pixels will be. Pure reading of bytes; what isn't there is corrupt.
"""
