"""`shapes`: pictures of one to three coloured shapes by a caption, trained here from nothing on pictures made by rule.

A planner, led by the caption, decides what lies where; a painter makes the picture of that plan; both are flow-matching models. Of 1000
captions never seen in training 96 % got a picture that matches (card.json), 94 % of those with three shapes. The checker is stricter than
a person: of the 40 pictures that it refuses a person takes about 35 for right (most hold a star of six pixels that it can't name), and in
the others a single shape is painted twice.

It knows the words of `words.py` and the sentences of `scenes.py`, and nothing else:

- Order and relation are read off: "blue square under a red circle" is "a red circle above a blue square". A pronoun is not: "a blue square
  with a red circle above it" gets the square on top.
- No numbers: "two squares" gives one, or two by chance. No "next to", "inside" or "between", no "not", no relation with a third shape.
- A word that it doesn't know says nothing. An unknown colour ("brown") gives some other one; backgrounds are white, grey or black.
- A prompt that names no shape it knows ("a dog", another language) is refused instead of answered with any picture.
"""
