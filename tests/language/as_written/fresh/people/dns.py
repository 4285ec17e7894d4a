"""DNS records on the chain: zones with labels, delegation, records of several kinds."""
from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-"


class DnsError(Error):
    BAD_LABEL = 6000, "Not a valid label"
    BAD_ADDRESS = 6001, "Not a valid address"


@dataclass
class A:
    octets: Array[u8, 4]

    def __str__(self) -> str:
        return ".".join(str(o) for o in self.octets)


@dataclass
class Cname:
    target: str

    def __str__(self) -> str:
        return self.target


@dataclass
class Mx:
    priority: u16
    host: str

    def __str__(self) -> str:
        return f"{self.priority} {self.host}"


@dataclass
class Txt:
    text: str

    def __str__(self) -> str:
        return repr(self.text)


Data = A | Cname | Mx | Txt


@dataclass
class Record:
    name: str
    ttl: u32
    data: Data


class Zone(Account):
    owner: Pubkey
    name: String[64]
    serial: u32
    records: List[Record]

    def find(self, name: str) -> List[Record]:
        return [r for r in self.records if r.name == name or r.name == "*"]


def check_label(label: str) -> str:
    label = label.lower()
    if not 0 < len(label) <= 63 or label.startswith("-") or label.endswith("-"):
        raise DnsError.BAD_LABEL
    for c in label:
        assert c in LETTERS, DnsError.BAD_LABEL
    return label


def check_name(name: str) -> str:
    return ".".join([check_label(p) for p in name.rstrip(".").split(".")])


def parse_a(text: str) -> A:
    parts = text.split(".")
    assert len(parts) == 4, DnsError.BAD_ADDRESS
    numbers = [int(p) for p in parts]
    if not all(0 <= n <= 255 for n in numbers):
        raise DnsError.BAD_ADDRESS
    return A(Array([u8(n) for n in numbers], 4))


@instruction
def create(owner: Signer, zone: Empty[Zone], name: str):
    z = zone.init(payer=owner, seeds=["zone", sha256(name.lower().encode())], space=4096)
    z.owner = owner.key()
    z.name = check_name(name)
    z.serial = 1


@instruction
def add(owner: Signer, zone: Zone, name: str, kind: str, value: str, ttl: u32 = 3600):
    assert zone.owner == owner.key()
    data: Data
    match kind.upper():
        case "A":
            data = parse_a(value)
        case "CNAME":
            data = Cname(check_name(value))
        case "MX":
            priority, host = value.split(" ", 1)
            data = Mx(int(priority), check_name(host))
        case "TXT":
            data = Txt(value)
        case other:
            raise Exception(f"unknown kind {other}")
    zone.records.append(Record(name if name == "@" else check_name(name), ttl, data))
    zone.serial += 1


@instruction
def remove(owner: Signer, zone: Zone, name: str) -> u32:
    assert zone.owner == owner.key()
    before = len(zone.records)
    zone.records = [r for r in zone.records if r.name != name]
    removed = before - len(zone.records)
    if removed:
        zone.serial += 1
    return removed


@instruction
def resolve(zone: Zone, name: str) -> List[str]:
    seen: Set[str] = set()
    current = name
    while current not in seen:
        seen.add(current)
        found = zone.find(current)
        alias = next((r.data for r in found if isinstance(r.data, Cname)), None)
        if alias is None:
            return [str(r.data) for r in found]
        current = alias.target
    raise Exception("a loop of aliases")
