"""What goes over the wire, as pydantic models: inputs are checked here, answers get their form.

Everything is read by the front end's type generator from the OpenAPI document; a field is spelled
once, here.
"""
