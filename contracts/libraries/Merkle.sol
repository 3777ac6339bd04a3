// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Merkle
/// @notice Proofs of OpenZeppelin's standard Merkle tree: inner nodes hash their children in sorted order.
/// @dev Ours, because it is small; a fuzz test holds it against OpenZeppelin's `MerkleProof`.
library Merkle {
    /// @notice The root that `proof` leads to from `leaf`.
    function rootOf(bytes32 leaf, bytes32[] calldata proof) internal pure returns (bytes32 node) {
        node = leaf;
        for (uint256 i = 0; i < proof.length; ++i) {
            bytes32 sibling = proof[i];
            node = node < sibling ? _hashPair(node, sibling) : _hashPair(sibling, node);
        }
    }

    /// @dev keccak256(abi.encode(left, right)) in the scratch space, which needs no new memory.
    function _hashPair(bytes32 left, bytes32 right) private pure returns (bytes32 node) {
        assembly ("memory-safe") {
            mstore(0x00, left)
            mstore(0x20, right)
            node := keccak256(0x00, 0x40)
        }
    }
}
