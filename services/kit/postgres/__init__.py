"""PostgreSQL: the connection pool, tenant transactions, migrations, and patterns on tables of a service's own schema."""
