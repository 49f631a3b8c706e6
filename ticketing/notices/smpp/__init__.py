"""Short messages over SMPP 3.4: the carrier's own protocol behind the interface of the gateways."""
