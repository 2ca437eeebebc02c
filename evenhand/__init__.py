"""The shell: command line, Kafka, SQL. The only place with a clock and with I/O."""
