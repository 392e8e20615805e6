"""What follows when a body has decided (settled.md 17c). Filled by ``operations``."""
