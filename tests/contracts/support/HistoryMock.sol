// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Stands in for EIP-2935's history contract, with hashes of the test's choice.
contract HistoryMock {
    mapping(uint256 blockNumber => bytes32) private _hashes;

    function set(uint256 blockNumber, bytes32 blockHash) external {
        _hashes[blockNumber] = blockHash;
    }

    /// @dev As EIP-2935: the whole calldata is the block number; unknown blocks revert.
    fallback(bytes calldata input) external returns (bytes memory) {
        bytes32 blockHash = _hashes[abi.decode(input, (uint256))];
        require(blockHash != 0, "unknown");
        return abi.encode(blockHash);
    }
}
