// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Small Merkle trees with sorted pairs, for rankings made in tests.
library Trees {
    /// @notice The root, and the proof of the first leaf.
    function rootAndFirstProof(
        bytes32[] memory leaves
    ) internal pure returns (bytes32 root, bytes32[] memory proof) {
        bytes32[] memory path = new bytes32[](32);
        uint256 depth;
        while (leaves.length > 1) {
            path[depth++] = leaves[1];
            leaves = _parents(leaves);
        }
        proof = new bytes32[](depth);
        for (uint256 i = 0; i < depth; ++i) proof[i] = path[i];
        root = leaves[0];
    }

    function _parents(bytes32[] memory nodes) private pure returns (bytes32[] memory parents) {
        parents = new bytes32[]((nodes.length + 1) / 2);
        for (uint256 i = 0; i < parents.length; ++i) {
            bool paired = 2 * i + 1 < nodes.length;
            parents[i] = paired ? _pair(nodes[2 * i], nodes[2 * i + 1]) : nodes[2 * i];
        }
    }

    function _pair(bytes32 a, bytes32 b) private pure returns (bytes32) {
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }
}
