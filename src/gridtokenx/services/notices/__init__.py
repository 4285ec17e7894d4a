"""Notices: messages about events on the chain, to the users concerned: on the page, by e-mail, by webhook."""
