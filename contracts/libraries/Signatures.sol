// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title Signatures
/// @notice Whether an account signed, by its key or, for contracts, by its word.
library Signatures {
    /// @dev Enough for a wallet with several owners; bounds what a hostile one can burn of a relayer's.
    uint256 internal constant SIGNATURE_GAS = 250_000;

    /// @notice A key's signature counts first, whatever code the account has: code that an account takes on
    /// later (EIP-7702) takes back nothing that its key has signed.
    function isValid(address signer, bytes32 digest, bytes calldata signature) internal view returns (bool) {
        // Zero for whatever is no signature; and the zero address is no signer.
        // slither-disable-next-line unused-return
        (address recovered, , ) = ECDSA.tryRecoverCalldata(digest, signature);
        if (recovered == signer && signer != address(0)) return true;
        return _isAccepted(signer, digest, signature);
    }

    /// @dev ERC-1271. Assembly, because a high-level call copies whatever comes back, at our expense.
    function _isAccepted(
        address signer,
        bytes32 digest,
        bytes calldata signature
    ) private view returns (bool accepted) {
        bytes4 magic = IERC1271.isValidSignature.selector;
        bytes memory question = abi.encodeCall(IERC1271.isValidSignature, (digest, signature));
        assembly ("memory-safe") {
            let answered := staticcall(SIGNATURE_GAS, signer, add(question, 0x20), mload(question), 0, 0x20)
            // An account without code answers nothing.
            accepted := and(and(answered, gt(returndatasize(), 0x1f)), eq(mload(0), magic))
        }
    }
}
