"""The fifteen services, the platform under them (`kit`), the local mesh (`mesh`) and the generator (`codegen`)."""
