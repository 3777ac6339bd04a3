// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {vm} from "./support/Vm.sol";

/// @notice Gas per call with 64 entries, recorded in `snapshots/` and held under its limits here. Run in
/// the `gas` profile, which makes every call a transaction of its own, as on a chain.
contract GasTest is CompetitionTest {
    uint256 private constant ENTRIES = 64;

    function _record(string memory name, uint256 limit) private {
        vm.assertLe(vm.snapshotGasLastCall("Competition", name), limit, name);
    }

    function testGasOfCreate() public {
        _selling();
        ICompetition.Terms memory terms = _terms();
        uint256 deposit = competition.depositFor(terms.ticketPrice, terms.maxTickets);
        vm.deal(operator, deposit);
        vm.prank(operator);
        competition.createCompetition{value: deposit}(terms);
        // Two slots more than before: the target that is used up, and the durations that no longer fit.
        _record("createCompetition", 210_000);
    }

    function testGasOfBuy() public {
        uint256 id = _sold(1);
        vm.deal(_player(2), PRICE);
        vm.prank(_player(2));
        competition.buyTicket{value: PRICE}(id);
        _record("buyTicket", 56_000);
    }

    function testGasOfOpen() public {
        uint256 id = _opening(1);
        competition.openTarget(id, TARGET_DIGEST, TARGET_SALT);
        _record("openTarget", 68_000);
    }

    function testGasOfCommit() public {
        uint256 id = _opened(1);
        bytes32 commitment = _commitmentOf(id, 1);
        vm.prank(_player(1));
        competition.commitSubmission(id, 1, commitment);
        _record("commitSubmission", 51_200);
        vm.prank(_player(1));
        competition.commitSubmission(id, 1, ~commitment);
        _record("commitSubmission, replacing", 51_200);
    }

    function testGasOfReveal() public {
        uint256 id = _revealing(2);
        _reveal(id, 1);
        competition.revealSubmission(id, 2, _digest(2), _salt(2));
        _record("revealSubmission", 45_000);
    }

    function testGasOfRevealInABatch() public {
        uint256 id = _revealing(51);
        _reveal(id, 51);
        uint256[] memory ticketIds = new uint256[](50);
        bytes32[] memory digests = new bytes32[](50);
        bytes32[] memory salts = new bytes32[](50);
        for (uint256 i = 0; i < 50; ++i) {
            (ticketIds[i], digests[i], salts[i]) = (i + 1, _digest(i + 1), _salt(i + 1));
        }
        competition.revealSubmissions(id, ticketIds, digests, salts);
        _record("revealSubmissions, 50", 50 * 13_400);
    }

    function testGasOfSeeding() public {
        uint256 id = _seeding(1);
        uint40 seedBlock = competition.fixSeedBlock(id);
        _record("fixSeedBlock", 40_000);
        vm.roll(uint256(seedBlock) + 1);
        competition.pinSeed(id, "");
        // The source in the log, the reveals counted again, and fifty functions to find it among.
        _record("pinSeed", 55_000);
    }

    function testGasOfAssertAndFinalize() public {
        uint256 id = _judging(ENTRIES);
        _assert(id, _ranking(id, ENTRIES, 0));
        // 3 100 put claim and winner into the log, so that logs alone tell the history; 5 800 make sure
        // that the winner is a revealed ticket and the image the one it committed to.
        _record("assertRanking, 64 entries", 126_000);
        _warpToLivenessEnd(id);
        competition.finalize(id);
        _record("finalize", 100_000);
        competition.withdraw(operator);
        _record("withdraw", 60_000);
    }

    function testGasOfDispute() public {
        uint256 id = _judging(ENTRIES);
        _assert(id, _ranking(id, ENTRIES, 0));
        vm.deal(disputer, 1 ether);
        uint256 bond = competition.bondOf(id);
        (bytes32 root, bytes32 model) = _assertionOf(id);
        vm.prank(disputer);
        competition.dispute{value: bond}(id, root, model, EVIDENCE);
        // A slot for the pools and one for what this account paid, so that many can pay together.
        _record("dispute, opening it", 112_000);
        Ranking memory verdict = _otherRanking(id, 2, 0);
        vm.prank(arbiter);
        competition.resolveDispute(id, verdict.assertion, verdict.winner, verdict.salt, verdict.proof);
        _record("resolveDispute, replacing", 150_000);
    }

    function testGasOfVoidAndRefund() public {
        uint256 id = _opening(2);
        vm.warp(vm.getBlockTimestamp() + competition.OPENING_SECONDS());
        competition.voidCompetition(id);
        _record("voidCompetition", 60_000);
        vm.deal(_player(1), 1);
        competition.refund(id, 1);
        _record("refund", 55_000);
    }

    function testCodeSize() public {
        uint256 size = address(competition).code.length;
        vm.snapshotValue("Competition", "runtime code, bytes", size);
        vm.assertLt(size, 24_576);
    }
}
