"""Icons, styles, fonts, translations and the fictional hall pack; read by importlib.resources."""
