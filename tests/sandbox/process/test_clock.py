"""The clock of a real process: chains and purchases follow it, and it survives `kill -9`."""

import signal

EVM = "0x" + "d0" * 20
YEAR_2031 = "2031-01-01T00:00:00Z"


async def newest_block(browser):
    call = {"jsonrpc": "2.0", "id": 1, "method": "eth_getBlockByNumber", "params": ["latest", False]}
    answer = await browser.post("/nodes/ETH", json=call)
    return int(answer.json()["result"]["timestamp"], 16)


async def newest_checkpoint(browser):
    path = "/nodes/iota_rebased_testnet"
    call = {"jsonrpc": "2.0", "id": 1, "method": "iota_getLatestCheckpointSequenceNumber", "params": []}
    number = (await browser.post(path, json=call)).json()["result"]
    call = {"jsonrpc": "2.0", "id": 1, "method": "iota_getCheckpoint", "params": [number]}
    return int((await browser.post(path, json=call)).json()["result"]["timestampMs"]) / 1000


async def test_blocks_and_a_killed_process_keep_to_it(start):
    running = start()
    async with running.browser() as browser:
        await browser.put("/_sandbox/clock", json={"mode": "frozen", "at": YEAR_2031})
        for network, address in (("ETH", EVM), ("iota_rebased_testnet", "0x" + "d0" * 32)):
            body = {"network_key": network, "amount": "1", "address": address}
            assert (await browser.post("/_sandbox/faucet", json=body)).status_code == 200
        assert await newest_block(browser) == 1924992000
        assert await newest_checkpoint(browser) == 1924992000
        events = (await browser.get("/_sandbox/events")).json()["events"]
        assert events[-1]["at"] == "2031-01-01T00:00:00.000Z"
    running.end(signal.SIGKILL)
    again = start()
    async with again.browser() as browser:
        shown = (await browser.get("/_sandbox/clock")).json()
        assert (shown["now"], shown["mode"]) == ("2031-01-01T00:00:00.000Z", "frozen")
        assert (await browser.get("/_sandbox/events")).json()["events"][: len(events)] == events
        await browser.post("/_sandbox/clock/advance", json={"seconds": 3600})
        body = {"network_key": "ETH", "amount": "1", "address": EVM}
        assert (await browser.post("/_sandbox/faucet", json=body)).status_code == 200
        assert await newest_block(browser) == 1924992000 + 3600
