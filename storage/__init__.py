"""The database: tables, one module of queries a noun, migrations, and the one way to it."""
