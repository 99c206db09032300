"""Puts reasons into words: what triggered them, and a better version of the person's own text."""
