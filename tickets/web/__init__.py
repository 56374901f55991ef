"""Pages of the desk and the portal: parse, fetch and authorise, one command, respond."""
