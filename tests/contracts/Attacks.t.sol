// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {vm} from "./support/Vm.sol";

/// @notice What used to pay, and does no longer. Each names its row in the table of threats of
/// docs/protocol.md. What single calls refuse is in their own files: receipts that are taken back and
/// studios that burn gas in Signatures, an opening that opens two in CreateCompetition, one second of
/// liveness there too.
contract AttacksTest is CompetitionTest {
    address private accomplice = _named("accomplice");

    function _held(address account) private view returns (uint256) {
        return account.balance + competition.creditOf(account);
    }

    /// @dev Row "caught liar": no fee, no bond, no deposit.
    function testACaughtLiarKeepsNothing() public {
        uint256 id = _judging(10);
        _assert(id, _otherRanking(id, 7, 0));
        _dispute(id);
        _resolve(id, _ranking(id, 10, 0));
        competition.claimBond(id, disputer);
        competition.finalize(id);
        vm.assertEq(_held(operator), 0);
        vm.assertGt(disputer.balance, competition.bondOf(id));
    }

    /// @dev Row "disputes itself": an accomplice that disputes first keeps nobody out, and both together
    /// end below what they staked.
    function testAnAccompliceInFrontKeepsNobodyOut() public {
        uint256 id = _judging(10);
        uint256 bond = competition.bondOf(id);
        uint256 deposit = competition.depositOf(id);
        _assert(id, _otherRanking(id, 7, 0));
        _disputeBy(accomplice, id, bond);
        _disputeBy(disputer, id, bond);
        _resolve(id, _ranking(id, 10, 0));
        uint256 watcher = competition.claimBond(id, disputer);
        competition.claimBond(id, accomplice);
        competition.finalize(id);
        vm.assertGt(watcher, bond);
        vm.assertLt(_held(operator) + _held(accomplice), 2 * bond + deposit);
    }

    /// @dev Row "dilutes the watchers": even with a thousand bonds beside one, the accomplice does not
    /// bring home what the operator lost.
    function testAnAccompliceThatCrowdsTheSideOfTheTruthStillLoses() public {
        uint256 id = _judging(10);
        uint256 bond = competition.bondOf(id);
        uint256 deposit = competition.depositOf(id);
        _assert(id, _otherRanking(id, 7, 0));
        _dispute(id);
        _disputeBy(accomplice, id, 1000 * bond);
        _resolve(id, _ranking(id, 10, 0));
        vm.assertGt(competition.claimBond(id, disputer), bond);
        competition.claimBond(id, accomplice);
        competition.finalize(id);
        vm.assertLt(_held(operator) + _held(accomplice), 1001 * bond + deposit);
    }

    /// @dev Row "reorganised": a dispute of the lie does not hit the truth on another branch.
    function testADisputeOfALieDoesNotHitTheTruth() public {
        uint256 id = _judging(3);
        Ranking memory lie = _otherRanking(id, 2, 0);
        bytes memory signed = abi.encodeCall(
            ICompetition.dispute,
            (id, lie.assertion.rankingRoot, lie.assertion.modelHash, EVIDENCE)
        );
        _assert(id, _ranking(id, 3, 0));
        vm.deal(disputer, 1 ether);
        vm.prank(disputer);
        (bool done, bytes memory answer) = address(competition).call{value: 1 ether}(signed);
        vm.assertFalse(done);
        vm.assertTrue(bytes4(answer) == ICompetition.AssertionChanged.selector);
        vm.assertEq(disputer.balance, 1 ether);
    }

    /// @dev Row "silent operator": who has a ticket itself and does not like the entry set loses a deposit.
    function testSilenceIsNoFreeOption() public {
        uint256 id = _sold(3);
        uint256 ticket = _buy(id, accomplice);
        _warpToSaleEnd(id);
        _open(id);
        for (uint256 i = 1; i <= 4; ++i) _commit(id, i);
        _warpToRevealing(id);
        for (uint256 i = 1; i <= 4; ++i) _reveal(id, i);
        _warpToSeeding(id);
        _fixSeedBlock(id);
        competition.pinSeed(id, "");
        _warpToDeadline(id);
        competition.voidCompetition(id);
        for (uint256 i = 1; i <= 4; ++i) competition.refund(id, i);
        uint256 deposit = competition.depositOf(id);
        vm.assertEq(_held(accomplice), PRICE + deposit / 4);
        vm.assertEq(_held(operator) + _held(accomplice), PRICE + deposit / 4);
        vm.assertEq(_player(1).balance, PRICE + deposit / 4);
        vm.assertEq(ticket, 4);
    }

    /// @dev Row "silent quorum": a lie that nobody decides costs the bond.
    function testALieWithoutAVerdictCostsTheBond() public {
        uint256 id = _judging(3);
        uint256 staked = competition.bondOf(id) + competition.depositOf(id);
        _assert(id, _otherRanking(id, 2, 0));
        _dispute(id);
        vm.warp(competition.disputeOf(id).verdictEnds);
        competition.voidCompetition(id);
        vm.assertEq(_held(operator), staked - competition.bondOf(id));
        vm.assertEq(competition.claimBond(id, disputer), competition.bondOf(id));
    }

    /// @dev Row "own arbiter": an account that arbitrates and disputes gets no more than the other
    /// disputers' half; what is the arbiter's is burned.
    function testAnAccountThatArbitratesDoesNotPayItself() public {
        uint256 id = _asserted(3);
        uint256 bond = competition.bondOf(id);
        uint256 lost = bond + competition.potOf(id) / 5;
        disputer = arbiter;
        _dispute(id);
        _resolve(id, _otherRanking(id, 2, 0));
        competition.claimBond(id, arbiter);
        vm.assertEq(_held(arbiter), bond + lost - lost / 2);
        vm.assertEq(competition.creditOf(competition.BURNED()), lost / 2);
    }

    /// @dev Row "phantom winner": who wins names the image that its ticket committed to.
    function testAWinnersImageCannotBeMadeUp() public {
        uint256 id = _judging(2);
        Ranking memory lie = _otherRanking(id, 2, 0);
        lie.winner.imageDigest = keccak256("no file has this digest");
        lie.assertion.rankingRoot = competition.hashLeaf(id, lie.winner);
        uint256 bond = competition.bondOf(id);
        vm.deal(operator, bond);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.WinnerImageMismatch.selector, 2));
        vm.prank(operator);
        competition.assertRanking{value: bond}(id, lie.assertion, lie.winner, lie.salt, lie.proof);
    }

    /// @dev Row "dirty calldata": a word with bits that its type has no place for is refused.
    function testDirtyCalldataIsRefused() public {
        uint256 id = _judging(3);
        Ranking memory ranking = _ranking(id, 3, 0);
        bytes memory clean = abi.encodeCall(
            ICompetition.assertRanking,
            (id, ranking.assertion, ranking.winner, ranking.salt, ranking.proof)
        );
        uint256 bond = competition.bondOf(id);
        // Words: 0 the id, 1 to 5 the assertion, 6 to 11 the winner, 12 the salt, 13 where the proof is.
        uint256[6] memory places = [uint256(4), 6, 7, 8, 11, 13];
        vm.deal(operator, bond);
        for (uint256 i = 0; i < places.length; ++i) {
            bytes memory dirty = bytes.concat(clean);
            dirty[4 + places[i] * 32] = 0x80;
            vm.prank(operator);
            (bool accepted, ) = address(competition).call{value: bond}(dirty);
            vm.assertFalse(accepted);
        }
        vm.prank(operator);
        (bool done, ) = address(competition).call{value: bond}(clean);
        vm.assertTrue(done);
    }

    /// @dev Row "replayed signature": see Signatures. A ticket of the contract itself, or of a precompile,
    /// holds nobody else up.
    function testTicketsOfOddAccountsHoldNobodyUp() public {
        uint256 id = _selling();
        vm.deal(stranger, 3 * PRICE);
        vm.prank(stranger);
        competition.buyTicketFor{value: PRICE}(id, address(competition));
        vm.prank(stranger);
        competition.buyTicketFor{value: PRICE}(id, address(4));
        vm.prank(stranger);
        competition.buyTicketFor{value: PRICE}(id, stranger);
        _warpToSaleEnd(id);
        vm.warp(vm.getBlockTimestamp() + competition.OPENING_SECONDS());
        competition.voidCompetition(id);
        for (uint256 i = 1; i <= 3; ++i) competition.refund(id, i);
        vm.assertEq(competition.creditOf(address(competition)), PRICE);
        vm.assertEq(stranger.balance, PRICE);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.PaymentFailed.selector, address(competition)));
        competition.withdraw(address(competition));
    }

    /// @dev Row "largest amounts": every sum fits, and nothing stays behind.
    function testTheLargestPriceFits() public {
        ICompetition.Terms memory terms = _terms();
        (terms.ticketPrice, terms.maxTickets) = (type(uint88).max, type(uint32).max);
        _playWith(terms, type(uint88).max);
    }

    function testOneWeiTicketsFit() public {
        ICompetition.Terms memory terms = _terms();
        (terms.ticketPrice, terms.maxTickets) = (1, 3);
        _playWith(terms, 1);
    }

    function _playWith(ICompetition.Terms memory terms, uint256 price) private {
        uint256 id = _create(terms);
        for (uint256 i = 1; i <= 3; ++i) {
            vm.deal(_player(i), price);
            vm.prank(_player(i));
            competition.buyTicket{value: price}(id);
        }
        vm.warp(terms.saleEnds);
        _open(id);
        for (uint256 i = 1; i <= 3; ++i) _commit(id, i);
        _warpToRevealing(id);
        for (uint256 i = 1; i <= 3; ++i) _reveal(id, i);
        _warpToSeeding(id);
        _fixSeedBlock(id);
        competition.pinSeed(id, "");
        _assert(id, _ranking(id, 3, 0));
        _dispute(id);
        _resolve(id, _otherRanking(id, 2, 0));
        competition.claimBond(id, disputer);
        competition.finalize(id);
        competition.withdraw(competition.BURNED());
        vm.assertEq(address(competition).balance, 0);
        vm.assertEq(_player(2).balance, (price * 3 - (price * 3) / 5) + competition.depositOf(id));
    }
}
