"""WebSocket subscriptions: who listens to what, and how frames reach them."""
