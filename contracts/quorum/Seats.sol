// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAuditorQuorum} from "../interfaces/IAuditorQuorum.sol";

/// @title Seats
/// @notice Who the members are, and how one takes another's place.
abstract contract Seats is IAuditorQuorum {
    /// @inheritdoc IAuditorQuorum
    uint32 public constant REPLACEMENT_SECONDS = 30 days;

    /// @inheritdoc IAuditorQuorum
    uint256 public immutable threshold;

    /// @inheritdoc IAuditorQuorum
    mapping(address account => bool) public isMember;
    address[] private _members;
    // Everyone who was ever a member, each once: a dispute's electors are among them for good.
    address[] internal _known;
    mapping(address account => bool) private _isKnown;

    mapping(address member => Replacement) private _replacements;
    // What was approved in an earlier round counts no more.
    mapping(address member => uint256) private _round;
    mapping(bytes32 proposal => mapping(address approver => bool)) private _approved;

    constructor(address[] memory members_, uint256 threshold_) {
        // More than half, so that no two results can both reach it.
        if (threshold_ > members_.length || threshold_ * 2 <= members_.length)
            revert InvalidThreshold(threshold_, members_.length);
        for (uint256 i = 0; i < members_.length; ++i) {
            if (members_[i] == address(0) || isMember[members_[i]]) revert InvalidMembers();
            _seat(members_[i]);
        }
        _members = members_;
        threshold = threshold_;
    }

    /// @inheritdoc IAuditorQuorum
    function proposeReplacement(address member, address successor) external {
        if (!isMember[msg.sender]) revert NotMember(msg.sender);
        if (!isMember[member]) revert NotMember(member);
        if (successor == address(0) || isMember[successor]) revert InvalidSuccessor(successor);
        bytes32 proposal = keccak256(abi.encode(member, successor, _round[member]));
        _approved[proposal][msg.sender] = true;

        emit ReplacementApproved(member, successor, msg.sender);

        if (msg.sender == member || _approvals(proposal) >= threshold) _schedule(member, successor);
    }

    /// @inheritdoc IAuditorQuorum
    function refuseReplacement() external {
        // No need to ask for membership: nothing is proposed for anyone else's seat.
        _forget(msg.sender);

        emit ReplacementRefused(msg.sender);
    }

    /// @inheritdoc IAuditorQuorum
    function replaceMember(address member) external {
        Replacement memory replacement = _replacements[member];
        // Zero is what stands where nothing was scheduled.
        // slither-disable-next-line incorrect-equality
        if (replacement.effectiveAt == 0) revert NotScheduled(member);
        if (block.timestamp < replacement.effectiveAt) revert NotYet(replacement.effectiveAt);
        // It may have got another seat in the meantime.
        if (isMember[replacement.successor]) revert InvalidSuccessor(replacement.successor);

        _forget(member);
        isMember[member] = false;
        _seat(replacement.successor);
        _members[_indexOf(member)] = replacement.successor;

        emit MemberReplaced(member, replacement.successor);

        _retire(member);
    }

    /// @inheritdoc IAuditorQuorum
    function members() external view returns (address[] memory) {
        return _members;
    }

    /// @inheritdoc IAuditorQuorum
    function replacementOf(address member) external view returns (Replacement memory) {
        return _replacements[member];
    }

    /// @dev What leaving a seat means for the stake.
    function _retire(address member) internal virtual;

    /// @dev A schedule that stands with the same successor keeps its time: approvals beyond the threshold
    /// must not put it off.
    function _schedule(address member, address successor) private {
        Replacement storage replacement = _replacements[member];
        if (replacement.successor == successor) return;
        uint40 effectiveAt = uint40(block.timestamp) + REPLACEMENT_SECONDS;
        (replacement.successor, replacement.effectiveAt) = (successor, effectiveAt);
        // What was approved on the way is used up, so that nobody alone can bring it back.
        ++_round[member];

        emit ReplacementScheduled(member, successor, effectiveAt);
    }

    function _forget(address member) private {
        delete _replacements[member];
        ++_round[member];
    }

    function _seat(address member) private {
        isMember[member] = true;
        if (_isKnown[member]) return;
        _isKnown[member] = true;
        _known.push(member);
    }

    /// @dev Counted anew each time, so that who has left its seat has no say.
    function _approvals(bytes32 proposal) private view returns (uint256 approvals) {
        // A short list, read when a member proposes and never else.
        // slither-disable-next-line cache-array-length
        for (uint256 i = 0; i < _members.length; ++i) {
            if (_approved[proposal][_members[i]]) ++approvals;
        }
    }

    function _indexOf(address member) private view returns (uint256 index) {
        while (_members[index] != member) ++index;
    }
}
