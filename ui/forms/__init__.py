"""Small forms for everything a person decides: data in, one command out."""
