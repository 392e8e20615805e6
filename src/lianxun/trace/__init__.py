"""留痕: the append-only, tamper-evident record of every act."""
