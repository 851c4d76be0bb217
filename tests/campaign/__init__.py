"""The campaign: dossiers through random actions while the portal fails and worker and database are killed."""

DEFECTS = ("skip_one", "send_twice", "five_as_nine", "invented_number", "swallowed_error")
