"""Use-cases that commands, daemon and web share: what each may do stands here once."""
