"""Digital signatures through a certification authority that speaks HTTP: keys, certificates, PAdES."""
