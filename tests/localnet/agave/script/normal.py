"""What cannot be equal from run to run, replaced by stable placeholders."""

import re

from tests.localnet.agave.script.keys import Json

BASE58 = re.compile(r"[1-9A-HJ-NP-Za-km-z]{32,88}")
SLOT_IN_TEXT = re.compile(r"\b(\w*[Ss]lot[:,]?|height|epoch) \d+")
# Numbers that depend on when a request is made. A method's name stands for the method's own result.
NUMBERS = {
    "slot": "<slot>",
    "contextSlot": "<slot>",
    "root": "<slot>",
    "parent": "<slot>",
    "parentSlot": "<slot>",
    "absoluteSlot": "<slot>",
    "slotIndex": "<slot>",
    "lastExtendedSlot": "<slot>",
    "lastVote": "<slot>",
    "rootSlot": "<slot>",
    "transactionIndex": "<index>",
    "firstSlot": "<slot>",
    "lastSlot": "<slot>",
    "rootedSlot": "<slot>",
    "full": "<slot>",
    "blockHeight": "<height>",
    "lastValidBlockHeight": "<height>",
    "blockTime": "<time>",
    "unixTimestamp": "<time>",
    "timestamp": "<time>",
    "initializationTimestamp": "<time>",
    "lastUpdateTimestamp": "<time>",
    "epochStartTimestamp": "<time>",
    "leaderScheduleEpoch": "<epoch>",
    "transactionCount": "<count>",
    "numTransactions": "<count>",
    "numNonVoteTransactions": "<count>",
    "numNonVoteTransaction": "<count>",
    "numSlots": "<count>",
    "samplePeriodSecs": "<seconds>",
    "numTransactionEntries": "<count>",
    "numSuccessfulTransactions": "<count>",
    "numFailedTransactions": "<count>",
    "maxTransactionsPerEntry": "<count>",
    "numFrozenTransactions": "<count>",
    "shredVersion": "<shred version>",
    "getSlot": "<slot>",
    "getBlockHeight": "<height>",
    "getTransactionCount": "<count>",
    "getBlockTime": "<time>",
    "getFirstAvailableBlock": "<slot>",
    "minimumLedgerSlot": "<slot>",
    "getMaxRetransmitSlot": "<slot>",
    "getMaxShredInsertSlot": "<slot>",
    "getBlocks": "<slot>",
    "getBlocksWithLimit": "<slot>",
}
HASHES = {"blockhash", "previousBlockhash", "recentBlockhash", "hash"}


class Slot(int):
    """A slot in a request, with what to call it."""

    label: str

    def __new__(cls, number: int, label: str) -> "Slot":
        slot = super().__new__(cls, number)
        slot.label = label
        return slot


class Names:
    """Placeholders for strings that differ from run to run, and short names for the script's own keys."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def add(self, value: object, label: str) -> None:
        self.texts.setdefault(str(value), label)

    def text(self, value: str) -> str:
        if value in self.texts:
            return self.texts[value]
        named = BASE58.sub(lambda found: self.texts.get(found[0], found[0]), value)
        return SLOT_IN_TEXT.sub(lambda found: f"{found[1]} <n>", named)

    def request(self, params: Json) -> Json:
        """Parameters of a request: as they are, with names for keys and for slots."""
        if isinstance(params, Slot):
            return params.label
        if isinstance(params, str):
            return self.text(params)
        if isinstance(params, list):
            return [self.request(item) for item in params]
        if isinstance(params, dict):
            return {key: self.request(item) for key, item in params.items()}
        return params

    def response(self, value: Json, key: str = "") -> Json:
        """A response, with placeholders in place of what cannot be equal."""
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, int):
            return NUMBERS.get(key, value)
        if isinstance(value, str):
            if key in NUMBERS and value.isdecimal():
                return f"{NUMBERS[key]} as text"
            if key in HASHES and value not in self.texts and BASE58.fullmatch(value):
                return "<hash>"
            return self.text(value)
        if isinstance(value, list):
            items = [self.response(item, key) for item in value]
            if items and all(isinstance(item, dict) and "pubkey" in item for item in items):
                items.sort(key=lambda item: item["pubkey"])  # no order is promised
            if len(items) > 20 and all(item == items[0] for item in items):
                return [items[0], "<and so on>"]
            return items
        if isinstance(value, dict):
            return {self.text(name): self.response(item, name) for name, item in value.items()}
        return value
