// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBeacon} from "./interfaces/IBeacon.sol";
import {BLS12381} from "./libraries/BLS12381.sol";

/// @title DrandBeacon
/// @notice A drand network of the scheme bls-unchained-g1-rfc9380, such as quicknet: a round's signature
/// is the network's over the round's number alone, and its randomness the hash of that signature, just as
/// drand's relays publish it.
/// @dev Trusts that fewer than the network's threshold of operators collude: a majority of them knows
/// rounds before their time. Signatures are uncompressed, 128 bytes as EIP-2537 encodes points of G1,
/// since decompressing on-chain would cost more than it saves.
contract DrandBeacon is IBeacon {
    error InvalidPublicKey();
    error InvalidPeriod();

    /// @notice When round 1 came, in unix seconds.
    uint256 public immutable genesis;
    /// @notice Seconds from one round to the next.
    uint256 public immutable period;
    // The public key, 32 bytes each: x.c0, x.c1, y.c0, y.c1
    bytes32 private immutable _key0;
    bytes32 private immutable _key1;
    bytes32 private immutable _key2;
    bytes32 private immutable _key3;
    bytes32 private immutable _key4;
    bytes32 private immutable _key5;
    bytes32 private immutable _key6;
    bytes32 private immutable _key7;

    /// @param publicKey_ a point of G2 as EIP-2537 encodes it, 256 bytes. Refused on a chain without the
    /// precompiles, where no signature could be verified either
    constructor(bytes memory publicKey_, uint64 genesis_, uint32 period_) {
        if (!BLS12381.isPublicKey(publicKey_)) revert InvalidPublicKey();
        if (period_ == 0) revert InvalidPeriod();
        (genesis, period) = (genesis_, period_);
        (_key0, _key1, _key2, _key3, _key4, _key5, _key6, _key7) = abi.decode(
            publicKey_,
            (bytes32, bytes32, bytes32, bytes32, bytes32, bytes32, bytes32, bytes32)
        );
    }

    /// @inheritdoc IBeacon
    function roundAt(uint256 time) external view returns (uint64) {
        if (time <= genesis) return 1;
        uint256 round = (time - genesis - 1) / period + 2;
        if (round > type(uint64).max) revert NoSuchRound(round);
        return uint64(round);
    }

    /// @inheritdoc IBeacon
    function timeOf(uint64 round) external view returns (uint256) {
        if (round == 0) revert NoSuchRound(round);
        return genesis + (round - 1) * period;
    }

    /// @inheritdoc IBeacon
    function randomnessOf(uint64 round, bytes calldata signature) external view returns (bytes32) {
        bytes32 message = sha256(abi.encodePacked(round));
        if (!BLS12381.verify(publicKey(), message, signature)) revert InvalidBeaconSignature(round);
        return sha256(BLS12381.compress(signature));
    }

    /// @notice The network's public key: a point of G2 as EIP-2537 encodes it.
    function publicKey() public view returns (bytes memory) {
        return abi.encodePacked(_key0, _key1, _key2, _key3, _key4, _key5, _key6, _key7);
    }
}
