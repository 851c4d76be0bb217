"""Messages to citizens and officers: what happened to a dossier, said once, on the channels each person chose."""
