"""Where models are: one file per kind of provider, behind one interface."""
