"""Who calls: verification of users' and services' tokens, and the feed of keys and revocations from auth."""
