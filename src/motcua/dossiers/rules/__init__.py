"""The arithmetic of a dossier in pure Python: transitions, numbers, queues, replay, the control slip."""
