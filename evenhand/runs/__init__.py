"""Long work: run over buckets by this process, by others or by Spark, and resumed after a kill."""
