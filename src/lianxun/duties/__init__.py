"""时限与进度: who must do what about which object by when, under which clause."""
