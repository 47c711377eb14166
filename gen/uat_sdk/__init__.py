"""The SDK: dataclasses and clients of every contract, async on grpclib and sync on grpcio. Made by betterproto2."""
