"""Delivery: messages built, kept on disk until they are sent, and handed to a mail server."""
