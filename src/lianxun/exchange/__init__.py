"""信息共享: the data catalogue, information requests under clocks and limits, deliveries with quality."""
