// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {ReenteringReceiver, RevertingReceiver} from "./support/Receivers.sol";
import {vm} from "./support/Vm.sol";

/// @notice What the two sides of a dispute get, to the wei.
contract ClaimBondTest is CompetitionTest {
    function _expectNothing(uint256 id, address account) private {
        vm.assertEq(competition.claimOf(id, account), 0);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.NothingToClaim.selector, id, account));
        competition.claimBond(id, account);
    }

    function testHonestJoinersShareByWhatTheyPaid() public {
        uint256 id = _asserted(3);
        uint256 bond = competition.bondOf(id); // 0.03 ether; the fee is 0.06
        _disputeBy(_player(2), id, bond / 3);
        _disputeBy(_player(3), id, (2 * bond) / 3);
        _resolve(id, _otherRanking(id, 2, 0));
        // Lost: the operator's bond and fee, 0.09 ether. Half of it is shared 1 to 2.
        vm.assertEq(competition.creditOf(competition.BURNED()), 0.045 ether);
        vm.assertEq(competition.claimBond(id, _player(3)), 0.02 ether + 0.03 ether);
        vm.assertEq(competition.claimBond(id, _player(2)), 0.01 ether + 0.015 ether);
        vm.assertEq(_player(2).balance, 0.025 ether);
        _expectNothing(id, _player(2));
        _expectNothing(id, operator);
        _expectNothing(id, stranger);
    }

    function testSupportersShareWithTheOperator() public {
        uint256 id = _disputed(3);
        uint256 bond = competition.bondOf(id); // 0.03 ether
        _supportBy(stranger, id, bond);
        _supportBy(operator, id, bond);
        _resolve(id, _ranking(id, 3, 0));
        // Lost: 0.03 ether. Half of it is shared by three equal stakes, the operator's bond at once.
        vm.assertEq(competition.creditOf(operator), bond + 0.005 ether);
        vm.assertEq(competition.claimBond(id, operator), bond + 0.005 ether);
        vm.assertEq(competition.claimBond(id, stranger), bond + 0.005 ether);
        _expectNothing(id, disputer);
    }

    function testWhoPaysBothSidesLoses() public {
        uint256 id = _disputed(2);
        uint256 bond = competition.bondOf(id);
        _supportBy(disputer, id, bond);
        _resolve(id, _otherRanking(id, 2, 0));
        uint256 fee = competition.potOf(id) / 5;
        vm.assertEq(competition.claimBond(id, disputer), bond + (2 * bond + fee) / 2);
        vm.assertEq(competition.contributionOf(id, disputer).support, 0);
        _expectNothing(id, disputer);
    }

    /// @dev Whatever is paid by whom, and in whatever order it is claimed: all of it goes out, nobody who
    /// was right gets less than it paid, and the two sides together get less than they paid.
    function testEveryWeiIsClaimedAndNoMore(
        uint96[3] memory against,
        uint96[3] memory support,
        uint256 how
    ) public {
        uint256 id = _asserted(3);
        uint256 fewer = (how % 5) * 16; // bits: from fortunes to dust
        _disputeBy(_player(1), id, competition.bondOf(id) + (against[0] >> fewer));
        _disputeBy(_player(2), id, 1 + (uint256(against[1]) >> fewer));
        _disputeBy(_player(3), id, 1 + (uint256(against[2]) >> fewer));
        for (uint256 i = 0; i < 3; ++i) {
            if (support[i] != 0) _supportBy(_player(i + 1), id, 1 + (uint256(support[i]) >> fewer));
        }
        bool upheld = how % 2 == 0;
        uint256 fee = how % 3 == 0 ? 0 : competition.potOf(id) / 5;
        ICompetition.Dispute memory pools = competition.disputeOf(id);
        if (upheld) _resolve(id, _ranking(id, 3, 0));
        else _resolve(id, _otherRanking(id, 2, fee == 0 ? 1 : 0));

        uint256 lost = upheld ? pools.against : pools.support + fee;
        uint256 claimed = upheld ? competition.creditOf(operator) : 0;
        for (uint256 i = 0; i < 3; ++i) {
            address account = _player(1 + (((how % 3) + i) % 3));
            ICompetition.Contribution memory paid = competition.contributionOf(id, account);
            uint256 stake = upheld ? paid.support : paid.against;
            uint256 worth = competition.claimOf(id, account);
            vm.assertTrue(stake == 0 ? worth == 0 : worth >= stake);
            if (worth != 0) claimed += competition.claimBond(id, account);
        }
        vm.assertEq(claimed, (upheld ? pools.support : pools.against) + lost - lost / 2);
        vm.assertEq(competition.creditOf(competition.BURNED()), lost / 2);
        vm.assertLt(claimed, pools.against + pools.support + fee);
        competition.finalize(id);
        for (uint256 i = 1; i <= 3; ++i) if (fee == 0 && !upheld) competition.refund(id, i);
        vm.assertEq(
            address(competition).balance,
            competition.creditOf(operator) + competition.creditOf(competition.BURNED())
        );
    }

    function testWithoutAVerdictBothSidesGetTheirsBack() public {
        uint256 id = _disputed(2);
        uint256 bond = competition.bondOf(id);
        _supportBy(stranger, id, 9);
        _supportBy(disputer, id, 4);
        vm.warp(competition.disputeOf(id).verdictEnds);
        _expectNothing(id, disputer);
        competition.voidCompetition(id);
        vm.assertEq(competition.claimBond(id, disputer), bond + 4);
        vm.assertEq(competition.claimBond(id, stranger), 9);
        _expectNothing(id, stranger);
        _expectNothing(id, operator);
    }

    function testNothingIsClaimedBeforeTheVerdict() public {
        uint256 id = _disputed(1);
        _warpToLivenessEnd(id);
        _expectNothing(id, disputer);
        _expectNothing(77, disputer);
    }

    function testAClaimantThatRefusesMoneyIsCredited() public {
        disputer = address(new RevertingReceiver());
        uint256 id = _disputed(1);
        _resolve(id, _otherRanking(id, 1, 1));
        uint256 amount = competition.claimBond(id, disputer);
        vm.assertEq(competition.creditOf(disputer), amount);
        competition.finalize(id);
        _assertPhase(id, ICompetition.Phase.Void);
    }

    function testAClaimCannotBeReentered() public {
        ReenteringReceiver account = new ReenteringReceiver();
        disputer = address(account);
        uint256 id = _disputed(1);
        _disputeBy(stranger, id, 1 ether);
        _resolve(id, _otherRanking(id, 1, 1));
        account.arm(address(competition), abi.encodeCall(competition.claimBond, (id, disputer)));
        uint256 worth = competition.claimOf(id, disputer);
        competition.claimBond(id, disputer);
        vm.assertTrue(account.entered());
        vm.assertTrue(account.refusal() == ICompetition.NothingToClaim.selector);
        vm.assertEq(address(account).balance, worth);
    }
}
