// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title BlockHashes
/// @notice Hashes of past blocks: the last 256 from the EVM, 8191 where EIP-2935 is live.
library BlockHashes {
    /// @dev EIP-2935's history contract, at the same address on every chain that has it.
    address internal constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;

    /// @notice The hash of a block; zero when it is not mined yet or no longer known.
    function hashOf(uint256 blockNumber) internal view returns (bytes32 blockHash) {
        blockHash = blockhash(blockNumber);
        if (blockHash != 0) return blockHash;
        // Reverts out of range, and on a chain without EIP-2935 answers nothing: both mean unknown.
        (bool known, bytes memory answer) = HISTORY.staticcall(abi.encode(blockNumber));
        if (known && answer.length == 32) blockHash = abi.decode(answer, (bytes32));
    }
}
