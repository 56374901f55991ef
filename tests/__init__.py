"""The promises of the desk, as tests; the folders mirror the apps."""
