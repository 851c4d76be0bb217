"""Tests of paying: from the page to the platform or the bank, back to the dossier."""
