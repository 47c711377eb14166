"""The platform under every service. It knows no service by name: what a service needs it is given in `app.py`."""
