// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICompetition} from "../interfaces/ICompetition.sol";

/// @title Hashing
/// @notice Every preimage of the protocol, in one place. Each binds chain and contract, so that nothing
/// said to one deployment means anything to another.
library Hashing {
    bytes32 internal constant TARGET_TYPEHASH = keccak256(
        "Target(uint256 chainid,address competition,address operator,bytes32 targetDigest,bytes32 salt)"
    );

    bytes32 internal constant SUBMISSION_TYPEHASH = keccak256(
        "Submission(uint256 chainid,address competition,uint256 id,uint256 ticketId,address player,bytes32 imageDigest,bytes32 salt)"
    );

    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );

    bytes32 private constant COMMIT_TYPEHASH = keccak256(
        "Commit(uint256 id,uint256 ticketId,bytes32 commitment,bytes32 replaced,uint256 deadline)"
    );

    bytes32 private constant RECEIPT_TYPEHASH = keccak256(
        "Receipt(uint256 id,uint256 ticketId,address player,bytes32 imageDigest,uint32 promptIndex)"
    );

    /// @notice Binds the operator: a copied commitment cannot be opened by the copyist.
    function target(address operator, bytes32 targetDigest, bytes32 salt) internal view returns (bytes32) {
        return
            keccak256(
                abi.encode(TARGET_TYPEHASH, block.chainid, address(this), operator, targetDigest, salt)
            );
    }

    /// @notice Binds ticket and player: a copied commitment cannot be revealed for another ticket.
    function submission(
        uint256 id,
        uint256 ticketId,
        address player,
        bytes32 imageDigest,
        bytes32 salt
    ) internal view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    SUBMISSION_TYPEHASH,
                    block.chainid,
                    address(this),
                    id,
                    ticketId,
                    player,
                    imageDigest,
                    salt
                )
            );
    }

    /// @notice The entry-set hash after one more reveal.
    function roll(
        bytes32 entriesHash,
        uint256 ticketId,
        address player,
        bytes32 imageDigest
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(entriesHash, ticketId, player, imageDigest));
    }

    /// @notice The seed: a hash nobody chose, bound to the closed entry set.
    /// @dev keccak256(abi.encode(source, entriesHash, block.chainid, address(this), id)), without
    /// allocating the memory that is hashed.
    function seed(bytes32 source, bytes32 entriesHash, uint256 id) internal view returns (bytes32 hash) {
        assembly ("memory-safe") {
            let preimage := mload(0x40)
            mstore(preimage, source)
            mstore(add(preimage, 0x20), entriesHash)
            mstore(add(preimage, 0x40), chainid())
            mstore(add(preimage, 0x60), address())
            mstore(add(preimage, 0x80), id)
            hash := keccak256(preimage, 0xa0)
        }
    }

    /// @notice A leaf of OpenZeppelin's standard Merkle tree; hashed twice, so that no inner node, which
    /// is 64 bytes hashed once, can pass for a leaf.
    function leaf(uint256 id, ICompetition.RankedEntry calldata entry) internal view returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(block.chainid, address(this), id, entry))));
    }

    /// @notice What a player signs to let anyone submit a commitment.
    function commit(
        uint256 id,
        uint256 ticketId,
        bytes32 commitment,
        bytes32 replaced,
        uint256 deadline
    ) internal view returns (bytes32) {
        return
            _typedData(keccak256(abi.encode(COMMIT_TYPEHASH, id, ticketId, commitment, replaced, deadline)));
    }

    /// @notice What a studio signs to say that an image is one of a ticket's prompts.
    function receipt(
        uint256 id,
        uint256 ticketId,
        address player,
        bytes32 imageDigest,
        uint32 promptIndex
    ) internal view returns (bytes32) {
        return
            _typedData(
                keccak256(abi.encode(RECEIPT_TYPEHASH, id, ticketId, player, imageDigest, promptIndex))
            );
    }

    /// @dev The domain is computed anew each time, so that it is right after a fork of the chain too.
    function _typedData(bytes32 structHash) private view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                DOMAIN_TYPEHASH,
                keccak256("Judging Oracle"),
                keccak256("1"),
                block.chainid,
                address(this)
            )
        );
        return keccak256(abi.encodePacked("\x19\x01", domain, structHash));
    }
}
