"""Step 5 of the flow: people and programs are told what was found. Everything that comes here is redacted already."""
