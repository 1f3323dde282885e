"""Text clean-up, redaction and the sentence encoder. Pure: no web framework, no Rasa."""
