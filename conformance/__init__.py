"""A conformance harness for the Call API V2. Importing it opens no file and no socket."""
