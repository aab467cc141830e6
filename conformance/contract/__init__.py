"""What is promised: editions, operations, schemas and suites, read from the data folders."""
