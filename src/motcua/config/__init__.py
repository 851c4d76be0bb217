"""How the system is put together and started: settings, URLs, the embedded PostgreSQL, the `motcua` command."""
