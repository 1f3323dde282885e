"""Emergency cues: what danger a message shows. Pure: no web framework, no Rasa, no I/O after loading."""
