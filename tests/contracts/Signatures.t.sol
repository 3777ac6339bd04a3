// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {vm} from "./support/Vm.sol";

/// @notice Says yes to one digest, as a contract wallet does.
contract Wallet {
    bytes32 public approved;

    function approve(bytes32 digest) external {
        approved = digest;
    }

    function isValidSignature(bytes32 digest, bytes calldata) external view returns (bytes4) {
        return digest == approved ? this.isValidSignature.selector : bytes4(0);
    }
}

/// @notice What an account takes on by EIP-7702: code that takes ether and answers no ERC-1271.
contract Deaf {
    receive() external payable {}
}

/// @notice Answers as it is told: with all the gas it gets, with far too much, with too little.
contract HostileStudio {
    enum Mode {
        Yes,
        Burn,
        Bomb,
        Short,
        Revert
    }

    Mode public mode;

    function set(Mode mode_) external {
        mode = mode_;
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        if (mode == Mode.Burn) while (true) {}
        bytes32 yes = bytes32(this.isValidSignature.selector);
        if (mode == Mode.Bomb) {
            assembly {
                mstore(0, yes)
                return(0, 200000)
            }
        }
        if (mode == Mode.Short) {
            assembly {
                mstore(0, yes)
                return(0, 31)
            }
        }
        if (mode == Mode.Revert) {
            assembly {
                mstore(0, yes)
                revert(0, 32)
            }
        }
        return this.isValidSignature.selector;
    }
}

/// @notice Commitments that players sign, and receipts that studios sign.
contract SignaturesTest is CompetitionTest {
    uint256 private constant PLAYER_KEY = 0xA11CE;
    uint256 private constant STUDIO_KEY = 0x57D10;
    uint256 private constant DEADLINE = 2_000_000_000;
    bytes32 private constant COMMITMENT = keccak256("commitment");

    function _sign(uint256 key, bytes32 digest) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function _openFor(address player) private returns (uint256 id) {
        id = _selling();
        _buy(id, player);
        _warpToSaleEnd(id);
        _open(id);
    }

    /// @dev What EIP-7702 writes as an account's code.
    function _delegate(address account) private {
        vm.etch(account, abi.encodePacked(hex"ef0100", address(new Deaf())));
        vm.assertEq(account.code.length, 23);
    }

    function testAPlayersKeyCountsWhateverCodeTheAccountTakesOn() public {
        address player = vm.addr(PLAYER_KEY);
        uint256 id = _openFor(player);
        bytes memory signature = _sign(PLAYER_KEY, competition.hashCommit(id, 1, COMMITMENT, 0, DEADLINE));
        _delegate(player);
        competition.commitSubmissionFor(id, 1, COMMITMENT, 0, DEADLINE, signature);
        vm.assertEq(competition.ticketOf(id, 1).commitment, COMMITMENT);
    }

    function testAStudioTakesNoReceiptBack() public {
        address studio = vm.addr(STUDIO_KEY);
        uint256 id = _revealingWith(studio, 1);
        bytes memory signature = _sign(
            STUDIO_KEY,
            competition.hashReceipt(id, 1, _player(1), _digest(1), 99)
        );
        _delegate(studio);
        competition.revealSubmissionWithReceipt(id, 1, _digest(1), _salt(1), 99, signature);
        vm.assertTrue(competition.ticketOf(id, 1).revealed);
    }

    /// @dev A receipt costs its relayer no more than this, whatever the studio does.
    function testAHostileStudioBurnsABoundedAmount() public {
        HostileStudio studio = new HostileStudio();
        uint256 id = _revealingWith(address(studio), 1);
        bytes memory refused = abi.encodeWithSelector(
            ICompetition.InvalidSignature.selector,
            address(studio)
        );
        studio.set(HostileStudio.Mode.Burn);
        _expectBounded(id, refused);
        studio.set(HostileStudio.Mode.Revert);
        _expectBounded(id, refused);
        studio.set(HostileStudio.Mode.Short);
        _expectBounded(id, refused);
        // A long answer that says yes is a yes, and none of it is copied.
        studio.set(HostileStudio.Mode.Bomb);
        _expectBounded(id, "");
        vm.assertTrue(competition.ticketOf(id, 1).revealed);
    }

    function _expectBounded(uint256 id, bytes memory refused) private {
        uint256 before = gasleft();
        if (refused.length > 0) vm.expectRevert(refused);
        competition.revealSubmissionWithReceipt(id, 1, _digest(1), _salt(1), 0, "");
        vm.assertLt(before - gasleft(), competition.SIGNATURE_GAS() + 150_000);
    }

    function testAnyoneSubmitsASignedCommitmentOnce() public {
        uint256 id = _openFor(vm.addr(PLAYER_KEY));
        bytes memory signature = _sign(PLAYER_KEY, competition.hashCommit(id, 1, COMMITMENT, 0, DEADLINE));
        vm.expectEmit(address(competition));
        emit ICompetition.SubmissionCommitted(id, 1, vm.addr(PLAYER_KEY), COMMITMENT);
        competition.commitSubmissionFor(id, 1, COMMITMENT, 0, DEADLINE, signature);
        vm.assertEq(competition.ticketOf(id, 1).commitment, COMMITMENT);
        vm.expectRevert(
            abi.encodeWithSelector(ICompetition.CommitmentChanged.selector, 1, bytes32(0), COMMITMENT)
        );
        competition.commitSubmissionFor(id, 1, COMMITMENT, 0, DEADLINE, signature);
    }

    function testAContractWalletSigns() public {
        Wallet wallet = new Wallet();
        uint256 id = _openFor(address(wallet));
        vm.expectRevert(abi.encodeWithSelector(ICompetition.InvalidSignature.selector, address(wallet)));
        competition.commitSubmissionFor(id, 1, COMMITMENT, 0, DEADLINE, "");
        wallet.approve(competition.hashCommit(id, 1, COMMITMENT, 0, DEADLINE));
        competition.commitSubmissionFor(id, 1, COMMITMENT, 0, DEADLINE, "");
        vm.assertEq(competition.ticketOf(id, 1).commitment, COMMITMENT);
    }

    function testAnothersSignatureIsRefused() public {
        address player = vm.addr(PLAYER_KEY);
        uint256 id = _openFor(player);
        bytes memory signature = _sign(STUDIO_KEY, competition.hashCommit(id, 1, COMMITMENT, 0, DEADLINE));
        vm.expectRevert(abi.encodeWithSelector(ICompetition.InvalidSignature.selector, player));
        competition.commitSubmissionFor(id, 1, COMMITMENT, 0, DEADLINE, signature);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.UnknownTicket.selector, id, 2));
        competition.commitSubmissionFor(id, 2, COMMITMENT, 0, DEADLINE, signature);
    }

    function testALateOrEmptyCommitmentIsRefused() public {
        uint256 id = _openFor(vm.addr(PLAYER_KEY));
        uint256 deadline = vm.getBlockTimestamp();
        vm.expectRevert(abi.encodeWithSelector(ICompetition.DeadlinePassed.selector, deadline));
        competition.commitSubmissionFor(id, 1, COMMITMENT, 0, deadline, "");
        bytes memory signature = _sign(PLAYER_KEY, competition.hashCommit(id, 1, 0, 0, DEADLINE));
        vm.expectRevert(ICompetition.EmptyCommitment.selector);
        competition.commitSubmissionFor(id, 1, 0, 0, DEADLINE, signature);
        _warpToRevealing(id);
        _expectWrongPhase(id, ICompetition.Phase.Revealing);
        competition.commitSubmissionFor(id, 1, COMMITMENT, 0, DEADLINE, signature);
    }

    function _revealingWithStudio(uint256 tickets) private returns (uint256) {
        return _revealingWith(vm.addr(STUDIO_KEY), tickets);
    }

    function _revealingWith(address studio, uint256 tickets) private returns (uint256 id) {
        ICompetition.Terms memory terms = _terms();
        (terms.studio, terms.promptLimit) = (studio, 100);
        id = _create(terms);
        for (uint256 i = 1; i <= tickets; ++i) _buy(id, _player(i));
        _warpToSaleEnd(id);
        _open(id);
        for (uint256 i = 1; i <= tickets; ++i) _commit(id, i);
        _warpToRevealing(id);
    }

    function _receipt(uint256 id, uint256 ticketId, uint32 prompt) private view returns (bytes memory) {
        return
            _sign(
                STUDIO_KEY,
                competition.hashReceipt(id, ticketId, _player(ticketId), _digest(ticketId), prompt)
            );
    }

    function testARevealNeedsTheStudiosReceipt() public {
        uint256 id = _revealingWithStudio(1);
        bytes memory receipt = _receipt(id, 1, 99);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.ReceiptRequired.selector, id));
        _reveal(id, 1);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.InvalidSignature.selector, vm.addr(STUDIO_KEY)));
        competition.revealSubmissionWithReceipt(id, 1, _digest(1), _salt(1), 98, receipt);
        bytes memory beyond = _receipt(id, 1, 100);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.PromptLimitExceeded.selector, 100, 100));
        competition.revealSubmissionWithReceipt(id, 1, _digest(1), _salt(1), 100, beyond);
        competition.revealSubmissionWithReceipt(id, 1, _digest(1), _salt(1), 99, receipt);
        vm.assertTrue(competition.ticketOf(id, 1).revealed);
        vm.assertEq(competition.competitionOf(id).revealed, 1);
    }

    function _batch(uint256 id, uint256 receipts, uint256 prompts) private {
        (uint256[] memory tickets, bytes32[] memory digests) = (new uint256[](2), new bytes32[](2));
        (bytes32[] memory salts, uint32[] memory indexes) = (new bytes32[](2), new uint32[](prompts));
        bytes[] memory signatures = new bytes[](receipts);
        for (uint256 i = 0; i < 2; ++i) {
            (tickets[i], digests[i], salts[i]) = (i + 1, _digest(i + 1), _salt(i + 1));
            if (i < receipts) signatures[i] = _receipt(id, i + 1, 0);
        }
        competition.revealSubmissionsWithReceipts(id, tickets, digests, salts, indexes, signatures);
    }

    function batch(uint256 id, uint256 receipts, uint256 prompts) external {
        _batch(id, receipts, prompts);
    }

    function testABatchWithReceipts() public {
        uint256 id = _revealingWithStudio(2);
        vm.expectRevert(ICompetition.LengthMismatch.selector);
        this.batch(id, 1, 2);
        vm.expectRevert(ICompetition.LengthMismatch.selector);
        this.batch(id, 2, 1);
        vm.expectRevert(ICompetition.LengthMismatch.selector);
        competition.revealSubmissionsWithReceipts(
            id,
            new uint256[](2),
            new bytes32[](1),
            new bytes32[](2),
            new uint32[](2),
            new bytes[](2)
        );
        vm.expectRevert(abi.encodeWithSelector(ICompetition.ReceiptRequired.selector, id));
        competition.revealSubmissions(id, new uint256[](0), new bytes32[](0), new bytes32[](0));
        _batch(id, 2, 2);
        vm.assertEq(competition.competitionOf(id).revealed, 2);
    }

    function testABatchWithReceiptsPassesOverWhatSomebodyRevealedFirst() public {
        uint256 id = _revealingWithStudio(2);
        bytes memory receipt = _receipt(id, 1, 7);
        competition.revealSubmissionWithReceipt(id, 1, _digest(1), _salt(1), 7, receipt);
        _batch(id, 2, 2);
        vm.assertTrue(competition.ticketOf(id, 2).revealed);
        vm.assertEq(competition.competitionOf(id).revealed, 2);
    }

    function testWithoutAStudioThereAreNoReceipts() public {
        uint256 id = _revealing(1);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.PromptLimitExceeded.selector, 0, 0));
        competition.revealSubmissionWithReceipt(id, 1, _digest(1), _salt(1), 0, "");
    }

    /// @dev The digests as wallets make them, written out independently of the contract.
    function testDigestsAreEip712() public view {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("Judging Oracle"),
                keccak256("1"),
                block.chainid,
                address(competition)
            )
        );
        bytes32 commit = keccak256(
            abi.encode(
                keccak256(
                    "Commit(uint256 id,uint256 ticketId,bytes32 commitment,bytes32 replaced,uint256 deadline)"
                ),
                1,
                2,
                COMMITMENT,
                bytes32(uint256(3)),
                DEADLINE
            )
        );
        vm.assertEq(
            competition.hashCommit(1, 2, COMMITMENT, bytes32(uint256(3)), DEADLINE),
            keccak256(abi.encodePacked(hex"1901", domain, commit))
        );
    }
}
