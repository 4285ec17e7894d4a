"""Notices: what happened on the chain is told to whom it concerns, on the page, by e-mail, by webhook."""
