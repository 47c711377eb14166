"""NATS: the connection, and patterns on subjects and streams."""
