"""How a call is served: its contract, its one shape, the interceptors around it, and its errors on the wire."""
