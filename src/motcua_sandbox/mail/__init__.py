"""Mail, simulated: an SMTP server, mailboxes, and delivery reports."""
