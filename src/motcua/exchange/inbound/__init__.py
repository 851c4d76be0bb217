"""Takes in what citizens filed on the national portal, once each, and mirrors what ministries' own systems do."""
