"""Models and versions: PostgreSQL's rows, their copy in memory on each replica, and how versions are registered and deleted."""
