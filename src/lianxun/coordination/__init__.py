"""协作会商: meetings of the bodies, their decisions and who answers for them."""
