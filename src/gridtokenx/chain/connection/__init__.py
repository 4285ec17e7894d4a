"""A cluster and what is sent to it: requests, transactions, subscriptions, deployments."""
