// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title BLS12381
/// @notice BLS signatures on G1 with public keys on G2, by the precompiles of EIP-2537: RFC 9380's suite
/// BLS12381G1_XMD:SHA-256_SSWU_RO_. Points are uncompressed, each coordinate in 64 bytes.
/// @dev On failure a precompile takes all gas that it was given. It is the caller's own, and limits would
/// break with the next repricing.
library BLS12381 {
    uint256 internal constant G1_BYTES = 128;
    uint256 internal constant G2_BYTES = 256;

    address private constant MODEXP = address(0x05);
    address private constant G1_ADD = address(0x0b);
    address private constant PAIRING = address(0x0f);
    address private constant MAP_FP_TO_G1 = address(0x10);

    // (p - 1) / 2, of which the larger of two square roots is above
    uint256 private constant HALF_HIGH = 0x0d0088f51cbff34d258dd3db21a5d66b;
    uint256 private constant HALF_LOW = 0xb23ba5c279c2895fb39869507b587b120f55ffff58a9ffffdcff7fffffffd555;

    // Field elements and points have as many digits as they have.
    // slither-disable-start too-many-digits
    bytes private constant P =
        hex"000000000000000000000000000000001a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab";

    bytes private constant NEGATED_G2_GENERATOR =
        hex"00000000000000000000000000000000024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8"
        hex"0000000000000000000000000000000013e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e"
        hex"000000000000000000000000000000000d1b3cc2c7027888be51d9ef691d77bcb679afda66c73f17f9ee3837a55024f78c71363275a75d75d86bab79f74782aa"
        hex"0000000000000000000000000000000013fa4d4a0ad8b1ce186ed5061789213d993923066dddaf1040bc3ff59f825c78df74f2d75467e25e0f55f8a00fa030ed";
    // slither-disable-end too-many-digits

    // The domain separation tag, and its length as its last byte
    bytes private constant DST = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_\x2b";

    /// @notice Whether `signature` is the one that `publicKey` has for `message`. False for everything
    /// that is no point of the right subgroup, and for infinity, if `publicKey` is one of the right
    /// subgroup and not infinity.
    function verify(
        bytes memory publicKey,
        bytes32 message,
        bytes calldata signature
    ) internal view returns (bool) {
        if (signature.length != G1_BYTES) return false;
        bytes memory hashed = hashToG1(message);
        return _pairingIsOne(abi.encodePacked(signature, NEGATED_G2_GENERATOR, hashed, publicKey));
    }

    /// @notice Whether `point` is on G2, in its subgroup, and not infinity. False also on a chain without
    /// the precompiles.
    function isPublicKey(bytes memory point) internal view returns (bool) {
        if (point.length != G2_BYTES || keccak256(point) == keccak256(new bytes(G2_BYTES))) return false;
        // With infinity on the other side the product is one for every point that the precompile takes.
        return _pairingIsOne(abi.encodePacked(new bytes(G1_BYTES), point));
    }

    /// @notice A point's compressed encoding, 48 bytes. `point` must be valid and not infinity.
    function compress(bytes calldata point) internal pure returns (bytes memory) {
        uint256 yHigh = uint256(bytes32(point[64:96]));
        uint256 yLow = uint256(bytes32(point[96:128]));
        bool larger = yHigh > HALF_HIGH || (yHigh == HALF_HIGH && yLow > HALF_LOW);
        uint8 flags = larger ? 0xa0 : 0x80;
        return abi.encodePacked(uint8(point[16]) | flags, point[17:64]);
    }

    /// @notice RFC 9380's hash_to_curve. The precompile clears the cofactor of each half, so the sum of
    /// the two needs no more of it.
    function hashToG1(bytes32 message) internal view returns (bytes memory) {
        bytes32 b0 = sha256(abi.encodePacked(bytes32(0), bytes32(0), message, uint16(128), uint8(0), DST));
        bytes32 b1 = sha256(abi.encodePacked(b0, uint8(1), DST));
        bytes32 b2 = sha256(abi.encodePacked(b0 ^ b1, uint8(2), DST));
        bytes32 b3 = sha256(abi.encodePacked(b0 ^ b2, uint8(3), DST));
        bytes32 b4 = sha256(abi.encodePacked(b0 ^ b3, uint8(4), DST));
        return _call(G1_ADD, abi.encodePacked(_mapToG1(b1, b2), _mapToG1(b3, b4)));
    }

    function _mapToG1(bytes32 high, bytes32 low) private view returns (bytes memory) {
        // modexp(high || low, 1, p): a 512-bit number modulo p
        bytes memory element = _call(
            MODEXP,
            abi.encodePacked(uint256(64), uint256(1), uint256(64), high, low, uint8(1), P)
        );
        return _call(MAP_FP_TO_G1, element);
    }

    function _pairingIsOne(bytes memory pairs) private view returns (bool) {
        (bool done, bytes memory product) = PAIRING.staticcall(pairs);
        // The length too: where there is no precompile, a call succeeds and returns nothing.
        return done && product.length == 32 && uint256(bytes32(product)) == 1;
    }

    /// @dev No need to look at success: these inputs are valid, and what a missing precompile returns
    /// leads to a pairing that fails.
    function _call(address precompile, bytes memory input) private view returns (bytes memory output) {
        (, output) = precompile.staticcall(input);
    }
}
