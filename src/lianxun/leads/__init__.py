"""问题线索: register, screen, study, transfer with receipt, dispose, outcome. ``sources`` = sealed identities."""
