"""From settings to working parts: the one place where the parts are put together.

parts       what everybody needs: node, contract, store, folder
auditor     the auditor
accounts    an operator's or player's account, for commands
daemon      the operator's daemon
deployer    putting the contracts on the configured chain
voter       the auditor who votes, by command or as a daemon
cycle_bench an operator's cycle on a chain that stands still, to be timed

Each module imports only what its role needs, so that `judge buy` does not wait for torch.
"""
