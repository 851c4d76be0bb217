"""The guided tour: plays the main job over HTTP against the running system, as its users would."""
