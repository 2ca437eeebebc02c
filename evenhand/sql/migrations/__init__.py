"""How the tables came to be, one step at a time; run by `evenhand.sql.schema`."""
