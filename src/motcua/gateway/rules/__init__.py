"""Pure Python: which text the door takes, what scopes and X-Road headers mean, how a webhook is signed and repeated."""
