"""后台任务: ticks that call the operations everybody else calls, under named service identities."""
