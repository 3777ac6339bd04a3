// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICompetition} from "../../../contracts/interfaces/ICompetition.sol";

/// @notice A player that is a contract: it can buy, commit, and refuse or abuse what it is paid.
abstract contract Receiver {
    function buy(ICompetition competition, uint256 id, uint256 price) external returns (uint256) {
        return competition.buyTicket{value: price}(id);
    }

    function commit(ICompetition competition, uint256 id, uint256 ticketId, bytes32 commitment) external {
        competition.commitSubmission(id, ticketId, commitment);
    }

    function withdrawTo(ICompetition competition, address recipient) external {
        competition.withdrawTo(recipient);
    }
}

/// @notice Takes no ether while `open` is false.
contract RevertingReceiver is Receiver {
    bool public open;

    function setOpen(bool open_) external {
        open = open_;
    }

    receive() external payable {
        require(open, "closed");
    }
}

/// @notice Burns all gas it is given.
contract BurningReceiver is Receiver {
    uint256 private _sink;

    receive() external payable {
        while (true) ++_sink;
    }
}

/// @notice Returns far more data than anybody wants to pay for.
contract BombingReceiver is Receiver {
    receive() external payable {
        assembly {
            revert(0, 60000)
        }
    }
}

/// @notice Calls back while it is paid, and notes what came of it.
contract ReenteringReceiver is Receiver {
    // One slot, set when armed, so that taking notes costs next to nothing of the payout's gas.
    address private _target;
    bool public entered;
    bool public succeeded;
    bytes4 public refusal;
    bytes private _call;

    function arm(address target, bytes calldata call_) external {
        _target = target;
        _call = call_;
    }

    receive() external payable {
        entered = true;
        if (_call.length == 0) return;
        bytes memory answer;
        (succeeded, answer) = _target.call(_call);
        if (!succeeded) refusal = bytes4(answer);
    }
}

/// @notice Uses about as much gas as it is told to, then accepts.
contract ThirstyReceiver is Receiver {
    uint256 public thirst;

    function setThirst(uint256 thirst_) external {
        thirst = thirst_;
    }

    receive() external payable {
        uint256 stop = gasleft() - thirst;
        while (gasleft() > stop) {}
    }
}

/// @notice Puts ether where no receive function wants it.
contract Forcer {
    constructor(address payable target) payable {
        selfdestruct(target);
    }
}
