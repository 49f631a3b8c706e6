"""A genuine Vosk model of 1 MB, made by us from synthetic speech; see README.md."""
