"""The ways in which messages travel: mail by SMTP, text messages by a gateway, and the portal's own inbox."""
