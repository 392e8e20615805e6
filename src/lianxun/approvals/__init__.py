"""审批会签: decisions of bodies, votes and countersigning about any object ``(kind, uuid)``."""
