// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAuditorQuorum} from "../../contracts/interfaces/IAuditorQuorum.sol";
import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {Merkle} from "../../contracts/libraries/Merkle.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {HistoryMock} from "./support/HistoryMock.sol";
import {Quorums} from "./support/Quorums.sol";
import {vm} from "./support/Vm.sol";

/// @notice The contract against `tests/vectors/protocol.json`, which the Python side is tested against too.
contract VectorsTest is CompetitionTest {
    address private constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;
    uint256 private constant ENTRIES = 5;

    string private _json;
    uint256 private _id;

    function setUp() public override {
        super.setUp();
        _json = vm.readFile("tests/vectors/protocol.json");
        vm.chainId(_uint(".chainId"));
        address deployed = _address(".contract");
        vm.etch(deployed, address(competition).code);
        competition = ICompetition(deployed);
        operator = _address(".target.operator");
        _id = _uint(".id");
    }

    function _uint(string memory key) private view returns (uint256) {
        return vm.parseJsonUint(_json, key);
    }

    function _address(string memory key) private view returns (address) {
        return vm.parseJsonAddress(_json, key);
    }

    function _hash(string memory key) private view returns (bytes32) {
        return vm.parseJsonBytes32(_json, key);
    }

    function _at(string memory list, uint256 index, string memory key) private pure returns (string memory) {
        return string.concat(list, "[", vm.toString(index), "]", key);
    }

    function _entryAt(uint256 index, string memory key) private pure returns (string memory) {
        return _at(".entries", index, key);
    }

    function testTypehashesAndTarget() public view {
        vm.assertEq(competition.TARGET_TYPEHASH(), _hash(".targetTypehash"));
        vm.assertEq(competition.SUBMISSION_TYPEHASH(), _hash(".submissionTypehash"));
        vm.assertEq(
            competition.hashTarget(operator, _hash(".target.targetDigest"), _hash(".target.salt")),
            _hash(".target.commitment")
        );
    }

    /// @dev Plays the competition of the vectors up to its assertion.
    function testCompetitionPlaysAsInTheVectors() public {
        _playToSeeding();
        vm.assertEq(competition.competitionOf(_id).entriesHash, _hash(".entriesHash"));

        uint40 seedBlock = competition.fixSeedBlock(_id);
        vm.etch(HISTORY, address(new HistoryMock()).code);
        HistoryMock(HISTORY).set(seedBlock, _hash(".blockHash"));
        vm.roll(uint256(seedBlock) + 1000);
        vm.assertEq(competition.pinSeed(_id, ""), _hash(".seed"));

        Ranking memory ranking;
        ranking.assertion.entriesHash = _hash(".entriesHash");
        ranking.assertion.rankingRoot = _hash(".rankings[4].root");
        ranking.assertion.leafCount = uint32(ENTRIES);
        ranking.winner = _rankedAt(ENTRIES - 1, 0);
        ranking.salt = _hash(_entryAt(ranking.winner.ticketId - 1, ".salt"));
        ranking.proof = vm.parseJsonBytes32Array(_json, ".rankings[4].leaves[0].proof");
        _assert(_id, ranking);
        vm.assertEq(competition.competitionOf(_id).winnerTicket, ranking.winner.ticketId);
    }

    function testSignedMessages() public view {
        vm.assertEq(
            competition.hashCommit(
                _id,
                _uint(".commit.ticketId"),
                _hash(".commit.commitment"),
                _hash(".commit.replaced"),
                _uint(".commit.deadline")
            ),
            _hash(".commit.digest")
        );
        vm.assertEq(
            competition.hashReceipt(
                _id,
                _uint(".receipt.ticketId"),
                _address(".receipt.player"),
                _hash(".receipt.imageDigest"),
                uint32(_uint(".receipt.promptIndex"))
            ),
            _hash(".receipt.digest")
        );
    }

    function testVotes() public {
        address[] memory members = new address[](1);
        members[0] = _address(".vote.auditor");
        address deployed = _address(".vote.quorum");
        // Immutables are in the code, so that what stands at the vectors' address is the same quorum.
        vm.etch(deployed, address(Quorums.deploy(competition, members, 1, Quorums.Windows(1, 1, 1), 1)).code);
        IAuditorQuorum quorum = IAuditorQuorum(deployed);

        vm.assertEq(quorum.VOTE_TYPEHASH(), _hash(".voteTypehash"));
        bytes32 resultHash = quorum.hashResult(
            _result(),
            _rankedFrom(".vote.winner"),
            _hash(".vote.workDigest")
        );
        vm.assertEq(resultHash, _hash(".vote.resultHash"));
        vm.assertEq(
            quorum.hashVote(_id, members[0], resultHash, _hash(".vote.salt")),
            _hash(".vote.commitment")
        );
    }

    function _result() private view returns (ICompetition.Assertion memory) {
        return
            ICompetition.Assertion({
                entriesHash: _hash(".vote.result.entriesHash"),
                modelHash: _hash(".vote.result.modelHash"),
                rankingRoot: _hash(".vote.result.rankingRoot"),
                leafCount: uint32(_uint(".vote.result.leafCount")),
                bundleDigest: _hash(".vote.result.bundleDigest")
            });
    }

    function testLeavesAndProofs() public view {
        for (uint256 tree = 0; tree < ENTRIES; ++tree) {
            bytes32 root = _hash(_at(".rankings", tree, ".root"));
            for (uint256 place = 0; place <= tree; ++place) {
                string memory row = _at(_at(".rankings", tree, ".leaves"), place, "");
                bytes32 leaf = competition.hashLeaf(_id, _rankedAt(tree, place));
                vm.assertEq(leaf, _hash(string.concat(row, ".leaf")));
                bytes32[] memory proof = vm.parseJsonBytes32Array(_json, string.concat(row, ".proof"));
                vm.assertEq(this.rootOf(leaf, proof), root);
            }
        }
    }

    function rootOf(bytes32 leaf, bytes32[] calldata proof) external pure returns (bytes32) {
        return Merkle.rootOf(leaf, proof);
    }

    function _rankedAt(uint256 tree, uint256 place) private view returns (ICompetition.RankedEntry memory) {
        return _rankedFrom(_at(_at(".rankings", tree, ".leaves"), place, ""));
    }

    function _rankedFrom(string memory row) private view returns (ICompetition.RankedEntry memory) {
        return
            ICompetition.RankedEntry({
                rank: uint32(_uint(string.concat(row, ".rank"))),
                ticketId: uint32(_uint(string.concat(row, ".ticketId"))),
                player: _address(string.concat(row, ".player")),
                imageDigest: _hash(string.concat(row, ".imageDigest")),
                score: vm.parseJsonInt(_json, string.concat(row, ".score")),
                flags: uint32(_uint(string.concat(row, ".flags")))
            });
    }

    function _playToSeeding() private {
        ICompetition.Terms memory terms = _terms();
        terms.targetCommitment = _hash(".target.commitment");
        bytes32 commitment = terms.targetCommitment;
        for (uint256 id = 1; id <= _id; ++id) {
            terms.targetCommitment = id == _id ? commitment : bytes32(id);
            _create(terms);
        }
        for (uint256 i = 0; i < ENTRIES; ++i) _buy(_id, _address(_entryAt(i, ".player")));
        _warpToSaleEnd(_id);
        competition.openTarget(_id, _hash(".target.targetDigest"), _hash(".target.salt"));
        for (uint256 i = 0; i < ENTRIES; ++i) {
            vm.prank(_address(_entryAt(i, ".player")));
            competition.commitSubmission(_id, i + 1, _hash(_entryAt(i, ".commitment")));
        }
        _warpToRevealing(_id);
        for (uint256 i = 0; i < ENTRIES; ++i) {
            competition.revealSubmission(
                _id,
                i + 1,
                _hash(_entryAt(i, ".imageDigest")),
                _hash(_entryAt(i, ".salt"))
            );
            vm.assertEq(competition.competitionOf(_id).entriesHash, _hash(_entryAt(i, ".entriesHashAfter")));
        }
        _warpToSeeding(_id);
    }
}
