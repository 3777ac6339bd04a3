"""A player types words, gets images with receipts, and enters one; nobody gets more."""

from __future__ import annotations

import dataclasses
import secrets
from contextlib import ExitStack
from typing import Any

import pytest
import requests

from oracle.accounts.prompter import Prompter
from oracle.assembly.accounts import open_player, open_prompter
from oracle.assembly.studio_audit import audit_studio_log
from oracle.auditing.report import AuditReport, AuditVerdict
from oracle.auditing.studio_log import check_studio_log
from oracle.chain.state import Phase
from oracle.errors import BadInput
from oracle.signing.policy import studio_policy
from oracle.signing.signer import Signer, parse_key
from oracle.signing.typed_data import StudioReceipt
from oracle.studio import web
from oracle.studio.permits import StudioSession
from oracle.studio.publishing import read_log
from oracle.studio.running import RunningStudio
from oracle.studio.web import MOST_STREAMS
from scoring.digest import sha256
from tests.integration.competition_world import World
from tests.integration.studio.desk import LIMIT, opened, player_settings, token_of

pytestmark = pytest.mark.integration


def test_from_words_to_an_entry_that_an_auditor_can_draw_again(
    world: World, studio: RunningStudio
) -> None:
    number = opened(world)
    url = studio.api.url
    for player in range(2):
        settings = player_settings(world, player, url)
        with open_prompter(settings) as prompter, open_player(settings) as account:
            drawn = prompter.draw(number, player + 1, "a red house on a green hill, blue sky")
            assert (drawn.index, drawn.left) == (0, LIMIT - 1)
            account.submit(number, drawn.path.read_bytes(), player + 1)
    world.to_time(world.state(number).open_ends)
    digests = set()
    for player in range(2):
        with open_player(player_settings(world, player, url)) as account:
            account.reveal(number, player + 1)  # finds the receipt by itself
    block = world.contract.client.latest_block()
    entries = world.contract.entries(number, block)
    digests = {entry.image_digest for entry in entries}
    assert len(digests) == 2, "the same words of two tickets differ by their seeds"

    world.to_time(world.state(number).judging_ends)
    with open_player(player_settings(world, 0, url)) as account:
        account.refund(number, 1)  # nobody judged: it is void, which is an end too
    world.anvil.finalize()
    publisher = studio.publishing._publisher
    publisher.run_once()
    log = read_log(world.store, publisher.published[number], world.contract.domain, number)
    state = world.state(number)
    found = audit_studio_log(player_settings(world, 0, url), number, publisher.published[number])
    assert found.verdict is AuditVerdict.OK, found.to_json()
    assert sum("drawn again" in check.name for check in found.checks) == 2

    # The same log with one record less, or with more than the limit allows, is found out.
    cut = dataclasses.replace(log, records=log.records[1:])
    lied = AuditReport(number, Phase.VOID)
    check_studio_log(lied, state, entries, cut, world.contract.domain, world.contract.client, block)
    assert lied.verdict is AuditVerdict.MISMATCH


def test_the_prompt_after_the_last_is_refused_in_plain_words(
    world: World, studio: RunningStudio
) -> None:
    number = opened(world, players=1, limit=2)
    with open_prompter(player_settings(world, 0, studio.api.url)) as prompter:
        assert prompter.draw(number, 1, "a tree").left == 1
        assert prompter.draw(number, 1, "a bigger tree").left == 0
        with pytest.raises(BadInput, match="all 2 prompts of this ticket are used"):
            prompter.draw(number, 1, "one more tree")


def test_only_the_tickets_player_opens_a_session(world: World, studio: RunningStudio) -> None:
    number = opened(world)
    with (
        open_prompter(player_settings(world, 1, studio.api.url)) as prompter,
        pytest.raises(BadInput, match="not a signature of"),
    ):
        prompter.draw(number, 1, "a tree")
    with (
        open_prompter(player_settings(world, 0, studio.api.url)) as prompter,
        pytest.raises(BadInput, match="has no ticket 7"),
    ):
        prompter.draw(number, 7, "a tree")


def test_a_session_for_another_chain_is_refused(world: World, studio: RunningStudio) -> None:
    number = opened(world)
    settings = player_settings(world, 0, studio.api.url)
    with open_prompter(settings) as prompter:
        elsewhere = dataclasses.replace(prompter.contract.domain, chain_id=1)
        deadline = world.contract.client.latest_block().timestamp + 3600
        permit = StudioSession(number, 1, world.deployed.players[9].address, deadline)
        from eth_account import Account

        from oracle.signing.typed_data import signable

        account = Account.from_key(bytes.fromhex(world.deployed.players[0].key[2:]))
        signed = account.sign_message(signable(permit, elsewhere)).signature
        body = {
            "competition": number,
            "ticket": 1,
            "studio": permit.studio,
            "deadline": deadline,
            "signature": "0x" + bytes(signed).hex(),
        }
        with pytest.raises(BadInput, match="not a signature of"):
            prompter.studio.ask("POST", "/studio/sessions", None, body)


def test_a_stolen_or_made_up_token_opens_nothing(
    world: World, studio: RunningStudio, http: requests.Session
) -> None:
    number = opened(world)
    url = studio.api.url
    mine = token_of(world, url, number, 0)
    for token in ("", "x", secrets.token_urlsafe(32), mine[:-1], mine + "x"):
        answer = http.get(f"{url}/studio/prompts", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401, token
    # What another ticket made is not this ticket's to see.
    theirs = {"Authorization": f"Bearer {token_of(world, url, number, 1)}"}
    with open_prompter(player_settings(world, 0, url)) as prompter:
        drawn = prompter.draw(number, 1, "a tree")
    path = f"{url}/studio/images/{drawn.digest.hex()}"
    assert http.get(path, headers=theirs).status_code == 422
    own = http.get(path, headers={"Authorization": f"Bearer {mine}"})
    assert own.status_code == 200 and sha256(own.content) == drawn.digest


def test_two_tabs_with_the_same_key_count_once(
    world: World, studio: RunningStudio, http: requests.Session
) -> None:
    number = opened(world)
    url = studio.api.url
    headers = {"Authorization": f"Bearer {token_of(world, url, number)}", "Idempotency-Key": "k"}
    answers = [
        http.post(f"{url}/studio/prompts", json={"prompt": "a tree"}, headers=headers)
        for _ in range(3)
    ]
    assert {answer.status_code for answer in answers} == {202}
    assert {answer.json()["number"] for answer in answers} == {1}
    other = http.post(f"{url}/studio/prompts", json={"prompt": "a house"}, headers=headers)
    assert other.status_code == 422 and "another prompt" in other.json()["what"]


BAD_PROMPTS: list[Any] = ["", "   ", "\u200b\u200b", "a" * 5000, 7, None, ["a tree"]]


@pytest.mark.parametrize("words", BAD_PROMPTS)
def test_what_is_no_prompt_is_said_and_not_counted(
    words: Any, world: World, studio: RunningStudio, http: requests.Session
) -> None:
    number = opened(world, players=1)
    url = studio.api.url
    headers = {"Authorization": f"Bearer {token_of(world, url, number)}", "Idempotency-Key": "k"}
    answer = http.post(f"{url}/studio/prompts", json={"prompt": words}, headers=headers)
    assert answer.status_code == 422 and answer.json()["what"] and answer.json()["do"]
    overview = http.get(f"{url}/studio/prompts", headers=headers).json()
    assert overview["left"] == LIMIT and overview["prompts"] == []


def test_no_prompt_is_taken_once_the_hour_is_over(world: World, studio: RunningStudio) -> None:
    number = opened(world)
    world.to_time(world.state(number).open_ends)
    with (
        open_prompter(player_settings(world, 0, studio.api.url)) as prompter,
        pytest.raises(BadInput, match="takes no prompts now: it is revealing"),
    ):
        prompter.draw(number, 1, "a tree")


def test_an_image_is_not_public_before_it_is_revealed(world: World, studio: RunningStudio) -> None:
    number = opened(world)
    with open_prompter(player_settings(world, 0, studio.api.url)) as prompter:
        drawn = prompter.draw(number, 1, "a tree")
    studio.publishing._publisher.run_once()
    assert not (world.folder / "content").exists() or drawn.digest.hex() not in {
        path.name for path in (world.folder / "content").rglob("*")
    }


def test_the_studios_key_signs_receipts_and_nothing_else(world: World) -> None:
    domain = world.contract.domain
    signer = Signer(
        parse_key(world.deployed.players[9].key, "devnet"),
        studio_policy(domain.chain_id, domain.competition),
    )
    receipt = StudioReceipt(1, 1, world.deployed.players[0].address, bytes(32), 0)
    assert len(signer.sign_message(receipt, domain)) == 65
    from oracle.errors import SignerRefused

    with pytest.raises(SignerRefused):
        signer.check(domain.chain_id, world.contract.calls.finalize(1))
    assert isinstance(Prompter, type)


def test_events_tell_when_the_image_is_ready(
    world: World, studio: RunningStudio, http: requests.Session
) -> None:
    number = opened(world)
    url = studio.api.url
    headers = {"Authorization": f"Bearer {token_of(world, url, number)}", "Idempotency-Key": "k"}
    with http.get(f"{url}/studio/events", headers=headers, stream=True, timeout=30) as stream:
        lines = stream.iter_lines(decode_unicode=True)
        assert next(lines) == "event: prompts"
        http.post(f"{url}/studio/prompts", json={"prompt": "a tree"}, headers=headers)
        assert any('"state": "done"' in line for line in lines)


def test_a_page_left_open_is_let_go_when_its_session_is_over(
    world: World, studio: RunningStudio, http: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "_HEARTBEAT_SECONDS", 0.3)
    number = opened(world, players=1)
    headers = {"Authorization": f"Bearer {token_of(world, studio.api.url, number)}"}
    url = f"{studio.api.url}/studio/events"
    with http.get(url, headers=headers, stream=True, timeout=30) as stream:
        lines = stream.iter_lines(decode_unicode=True)
        assert any(line == ": still here" for line in lines)
        world.to_time(world.contract.client.latest_block().timestamp + 3601)
        rest = list(lines)  # it ends
    assert "event: prompts" not in rest, "it was told again although nothing had changed"


def test_one_ticket_cannot_take_the_connections_of_all(
    world: World, studio: RunningStudio, http: requests.Session
) -> None:
    number = opened(world)
    url = f"{studio.api.url}/studio/events"
    mine = {"Authorization": f"Bearer {token_of(world, studio.api.url, number, 0)}"}
    theirs = {"Authorization": f"Bearer {token_of(world, studio.api.url, number, 1)}"}
    with ExitStack() as streams:
        followed = []
        for _ in range(MOST_STREAMS):
            stream = streams.enter_context(http.get(url, headers=mine, stream=True, timeout=30))
            assert stream.status_code == 200
            followed.append(stream.iter_lines())
            next(followed[-1])  # it has begun to listen
        refused = http.get(url, headers=mine, timeout=30)
        assert refused.status_code == 429 and "close some" in refused.json()["do"]
        other = streams.enter_context(http.get(url, headers=theirs, stream=True, timeout=30))
        assert other.status_code == 200
