"""Due work: what must happen without anybody asking. Operations do it; this room says when."""
