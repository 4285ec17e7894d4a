"""Deployment of programs to a cluster: real, through BPFLoaderUpgradeable, over JSON-RPC."""

from seahorse.deploy.clusters import cluster_url
from seahorse.deploy.deployment import (
    Deployment,
    DeploymentRefused,
    Unfinished,
    close_buffer,
    deploy_program,
    write_buffer,
)
from seahorse.deploy.loader import OnChainProgram, program_data_address, read_program
from seahorse.deploy.rpc import DeployError, DeployRpcError, DeployTransactionFailed, Rpc
from seahorse.deploy.wallet import load_keypair, save_keypair

__all__ = [
    "DeployError",
    "DeployRpcError",
    "DeployTransactionFailed",
    "Deployment",
    "DeploymentRefused",
    "OnChainProgram",
    "Rpc",
    "Unfinished",
    "close_buffer",
    "cluster_url",
    "deploy_program",
    "load_keypair",
    "program_data_address",
    "read_program",
    "save_keypair",
    "write_buffer",
]
