"""The desk's web side: REST and its OpenAPI, log-in, the live socket, the softphone's SIP proxy."""
