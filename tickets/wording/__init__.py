"""The language of mail templates: what can be named, if and else, and nothing more. Pure."""
