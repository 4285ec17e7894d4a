"""Runs the suites of other clients against localnet and compares what fails with a list of reasons.

    python tests/clients/foreign/run.py [SUITE …]

solana-py's suite comes with its source distribution. Checkouts of the others lie under $FOREIGN_SUITES (by default
../shared/suites beside the repository), one folder per suite.
"""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import time
import urllib.request
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from solders.keypair import Keypair

from solana_localnet.spawn import spawn

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
WORK = ROOT / "target" / "foreign"
VALIDATOR_BIN = ROOT / ".venv-localnet" / "bin"
PORT = 8899
START_SECONDS = 30
SUITE_SECONDS = 900
Results = dict[str, bool]
"""Whether each test passed, by its full name."""


@dataclass(frozen=True)
class Suite:
    """One suite. pin: the commit of its checkout, or the source distribution that ships it, as pip names it; paths:
    what is taken of it; run: prepares its folder, runs it, answers the results."""

    name: str
    pin: str
    paths: tuple[str, ...]
    run: Callable[[Path], Results]

    @property
    def packaged(self) -> bool:
        """Whether a package ships the suite."""
        return "==" in self.pin


def unpack(suite: Suite, checkout: Path) -> Path:
    """The suite's files in a folder of their own."""
    folder = WORK / suite.name
    for path in suite.paths:
        shutil.rmtree(folder / path, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    if suite.packaged:
        checkout = source_distribution(suite.pin, folder / "sdist")
    bare = checkout / "repo" if (checkout / "repo" / "HEAD").exists() else checkout
    if (bare / "HEAD").exists():
        line = ["git", "-C", str(bare), "archive", suite.pin, *suite.paths]
        # What an archive leaves behind at its end is of no concern: the paths come first.
        packed = subprocess.run(line, capture_output=True).stdout
        subprocess.run(["tar", "x", "-C", str(folder)], input=packed, check=False)
    else:
        for path in suite.paths:
            shutil.copytree(checkout / path, folder / path)
    missing = [path for path in suite.paths if not (folder / path).exists()]
    if missing:
        raise SystemExit(f"{suite.name}: {checkout} has no {', '.join(missing)} at {suite.pin}")
    return folder


def source_distribution(pin: str, folder: Path) -> Path:
    """The unpacked source distribution of a Python package."""
    shutil.rmtree(folder, ignore_errors=True)
    name = pin.partition("==")[0]
    line = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*line, "--no-binary", name, "--dest", str(folder), pin], check=True)
    archive = next(folder.glob("*.tar.gz"))
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    return folder / archive.name.removesuffix(".tar.gz")


@contextlib.contextmanager
def validator(folder: Path, *args: str) -> Iterator[None]:
    """A `solana-test-validator` started by name in `folder`, on the port that these suites insist on."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", PORT)) == 0:
            raise SystemExit(f"port {PORT} is taken, and these suites know no other; stop what listens there")
    line = ["solana-test-validator", "--ledger", "test-ledger", "--reset", "--quiet", *args]
    process = subprocess.Popen(line, cwd=folder, env=environment(), stdin=subprocess.DEVNULL)
    try:
        wait_until_healthy(process)
        yield
    finally:
        process.terminate()
        process.wait(10)


def wait_until_healthy(process: "subprocess.Popen[bytes]") -> None:
    """Returns when the RPC answers; SystemExit when it does not within START_SECONDS."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{PORT}/health", timeout=1):
            return
        time.sleep(0.1)
    raise SystemExit("solana-test-validator did not start")


def environment(**more: str) -> dict[str, str]:
    """The environment in which `solana-test-validator` is ours."""
    return os.environ | {"PATH": f"{VALIDATOR_BIN}{os.pathsep}{os.environ['PATH']}"} | more


def call(folder: Path, *line: str, **more: str) -> None:
    """Runs a command of a suite; its status says only that tests failed, and the results say which."""
    subprocess.run(line, cwd=folder, env=environment(**more), timeout=SUITE_SECONDS, check=False, stdout=sys.stderr)


def npm_install(folder: Path, dependencies: dict[str, str], module: bool) -> None:
    """Installs pinned packages beside the suite."""
    kind = {"type": "module"} if module else {}
    (folder / "package.json").write_text(json.dumps({"private": True, "dependencies": dependencies} | kind))
    line = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--legacy-peer-deps", "--silent"]
    subprocess.run(line, cwd=folder, check=True)


JEST = """import { expect, vi } from 'vitest';
globalThis.jest = vi;
// What jest's toThrow compares of an error is its message; vitest would compare every field.
expect.extend({
    toThrow(received, expected) {
        let thrown = received, threw = received instanceof Error;
        if (typeof received === 'function') {
            try { received(); threw = false; } catch (error) { thrown = error; threw = true; }
        }
        const pass = threw && (
            expected === undefined ? true
            : typeof expected.asymmetricMatch === 'function' ? expected.asymmetricMatch(thrown)
            : expected instanceof RegExp ? expected.test(thrown.message)
            : expected instanceof Error ? thrown.message === expected.message
            : typeof expected === 'function' ? thrown instanceof expected
            : thrown.message.includes(expected));
        return { pass, message: () => `thrown: ${threw ? thrown.message : 'nothing'}; expected: ${expected}` };
    },
});
"""


def run_kit(folder: Path) -> Results:
    """Kit's rpc-api tests, written for jest, under vitest, which knows the same words."""
    parts = ("api", "transport-http", "spec", "types", "transformers", "parsed-types", "spec-types")
    names = [f"rpc-{part}" for part in parts]
    names += ["errors", "addresses", "codecs-strings", "codecs-core", "keys", "transactions", "transaction-messages"]
    npm_install(folder, {f"@solana/{name}": "8.2.0" for name in names} | {"vitest": "3.2.4"}, module=False)
    (folder / "setup.mjs").write_text(JEST)
    settings = {
        "test": {
            "globals": True,
            "include": ["packages/rpc-api/src/__tests__/*-test.ts"],
            "setupFiles": ["./setup.mjs"],
            # A leader schedule has 432,000 entries, which the matchers take seconds to compare.
            "testTimeout": 60_000,
        },
        "define": {"__VERSION__": '"8.2.0"', "__DEV__": "true", "__NODEJS__": "true"},
    }
    (folder / "vitest.config.mjs").write_text(f"export default {json.dumps(settings)};\n")
    flags = ("--account-dir", "scripts/fixtures", "--rpc-pubsub-enable-vote-subscription")
    with validator(folder, *flags):
        call(folder, "npx", "vitest", "run", "--reporter=json", "--outputFile=results.json")
    report = json.loads((folder / "results.json").read_text())
    rows = [row for file in report["testResults"] for row in file["assertionResults"]]
    return {row["fullName"]: row["status"] == "passed" for row in rows if row["status"] in ("passed", "failed")}


def run_spl_token(folder: Path) -> Results:
    """spl-token's end-to-end tests, first with SPL Token and then with Token-2022, as its `test` script has it."""
    home = folder / "clients" / "js-legacy"
    pins = {"@solana/spl-token": "0.4.15", "@solana/web3.js": "1.98.4", "@solana/spl-memo": "0.2.5"}
    pins |= {"@solana/spl-token-metadata": "0.1.6", "@solana/spl-token-group": "0.0.7"}
    pins |= {"@solana/codecs-strings": "7.0.0", "chai": "6.0.1", "chai-as-promised": "8.0.1"}
    npm_install(home, pins | {"mocha": "11.0.1", "tsx": "4.20.6"}, module=True)
    # The tests import the package's sources; here they get the package.
    for file in ("index", "extensions/transferFee/index", "extensions/pausable/index", "actions/unwrapLamports"):
        (home / "src" / file).parent.mkdir(parents=True, exist_ok=True)
        (home / "src" / f"{file}.ts").write_text("export * from '@solana/spl-token';\n")
    results: Results = {}
    mocha = ("npx", "mocha", "--node-option", "import=tsx", "--timeout", "15000", "--reporter", "json")
    with validator(folder):
        token_2022 = {"TEST_PROGRAM_ID": "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb"}
        for title, pattern, chosen in (
            ("spl-token", "test/e2e/*.test.ts", {}),
            ("token-2022", "test/e2e*/*.test.ts", token_2022),
        ):
            call(home, *mocha, "--reporter-option", "output=results.json", pattern, **chosen)
            results |= mocha_results(home / "results.json", title)
    return results


def run_solana_py(folder: Path) -> Results:
    """solana-py's integration tests; its own fixture finds and starts `solana-test-validator`."""
    python = folder / "venv" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    pins = (SOLANA_PY, "pytest==9.2.0", "pytest-asyncio==1.5.0", "pytest-xdist==3.8.0", "asyncstdlib==3.14.0")
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *pins], check=True)
    (folder / "pytest.ini").write_text(
        "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = module\n"
        "asyncio_default_test_loop_scope = module\nmarkers =\n    integration: needs a validator\n"
    )
    call(folder, str(python), "-m", "pytest", "-q", "-n", "1", "--junitxml=results.xml", "tests/integration")
    results: Results = {}
    for case in ElementTree.parse(folder / "results.xml").iter("testcase"):
        if case.find("skipped") is None:
            failed = case.find("failure") is not None or case.find("error") is not None
            results[f"{case.get('classname')}.{case.get('name')}"] = not failed
    return results | {"docs/clients.md": runs_the_page(folder / "page", python)}


def runs_the_page(folder: Path, python: Path) -> bool:
    """Whether the code of docs/clients.md runs with the solana-py that a reader installs today: the environment of
    AnchorPy has an older one, which takes what this one refuses."""
    folder.mkdir(exist_ok=True)
    page = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"<!-- code: voting -->\n.*?```python\n(.*?)```", page, re.DOTALL)
    (folder / "shown.py").write_text(code, encoding="utf-8")
    source = str(ROOT / "examples" / "voting" / "voting.py")
    call(ROOT, "seahorse", "build", source, "--out-dir", str(folder))
    call(ROOT, "seahorse", "client", source, "--out", str(folder / "voting_client"))
    address = json.loads((folder / "voting.json").read_text(encoding="utf-8"))["address"]
    with spawn(python=sys.executable, programs={address: folder / "voting.so"}) as net:
        me = Keypair()
        net.call("requestAirdrop", str(me.pubkey()), 10**10)
        line = [python, "-c", CALLER, net.rpc_url, str(me)]
        return subprocess.run(line, cwd=folder, timeout=SUITE_SECONDS, check=False).returncode == 0


CALLER = """import asyncio, sys, shown
from solders.keypair import Keypair
asyncio.run(shown.run(sys.argv[1], Keypair.from_base58_string(sys.argv[2])))
"""


def run_web3(folder: Path) -> Results:
    """web3.js's own tests with TEST_LIVE, which sends what they can send to a validator instead of a mock."""
    pins = {"@noble/curves": "1.7.0", "@noble/hashes": "1.6.1", "@solana/buffer-layout": "4.0.1"}
    pins |= {"agentkeepalive": "4.5.0", "bigint-buffer": "1.1.5", "bn.js": "5.2.1", "borsh": "0.7.0", "bs58": "4.0.1"}
    pins |= {"buffer": "6.0.3", "fast-stable-stringify": "1.0.0", "jayson": "4.1.3", "node-fetch": "2.7.0"}
    pins |= {"rpc-websockets": "9.0.4", "superstruct": "2.0.2", "chai": "5.1.2", "chai-as-promised": "8.0.1"}
    pins |= {"mocha": "11.0.1", "mockttp": "3.15.5", "mz": "2.7.0", "node-abort-controller": "3.1.1"}
    pins |= {"sinon": "19.0.2", "sinon-chai": "4.0.0", "tsx": "4.20.6"}
    npm_install(folder, pins, module=False)
    flags = ("--account-dir", "scripts/fixtures", "--rpc-pubsub-enable-vote-subscription")
    with validator(folder, *flags, "--rpc-pubsub-enable-block-subscription"):
        mocha = ("npx", "mocha", "--node-option", "import=tsx", "--reporter", "json")
        call(
            folder,
            *mocha,
            "--timeout",
            "30000",
            "--reporter-option",
            "output=results.json",
            "test/**/*.test.ts",
            TEST_LIVE="1",
        )
    return mocha_results(folder / "results.json")


def mocha_results(file: Path, title: str = "") -> Results:
    """What mocha's JSON reporter wrote, each test under `title`."""
    report = json.loads(file.read_text())
    results: Results = {}
    for passed, rows in ((True, report["passes"]), (False, report["failures"])):
        results |= {f"{title} {row['fullTitle']}".strip(): passed for row in rows}
    return results


SOLANA_PY = "solana==0.41.0"
SUITES = (
    Suite("kit", "56cfbe2712e95bdc939aed29f87d20049ba8ab2c", ("packages/rpc-api/src", "scripts/fixtures"), run_kit),
    Suite("spl-token", "426400f29d5f1e299be8b353fdf13f22358fbd68", ("clients/js-legacy/test",), run_spl_token),
    Suite("web3.js", "8ea27fcefe938eaec464c41bde15ac44c6821469", ("src", "test", "scripts/fixtures"), run_web3),
    Suite("solana-py", SOLANA_PY, ("tests",), run_solana_py),
)


def known_differences(name: str) -> dict[str, str]:
    """Patterns of tests that may fail, with the reason of each."""
    lines = (HERE / f"{name}.txt").read_text().splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return dict(rows)


def judge(name: str, results: Results) -> bool:
    """Prints what came of a suite; False when a test failed for no known reason, or when nothing was run."""
    known = known_differences(name)
    failed = [test for test, passed in results.items() if not passed]
    unknown = [test for test in failed if not any(fnmatchcase(test, pattern) for pattern in known)]
    for test in unknown:
        print(f"{name}: FAILED for no known reason: {test}")
    for pattern in known:
        if not any(fnmatchcase(test, pattern) for test in failed):
            print(f"{name}: nothing fails as {pattern!r} any more; take the line off the list")
    print(
        f"{name}: {len(results) - len(failed)} of {len(results)} passed, {len(failed) - len(unknown)} known differences"
    )
    return bool(results) and not unknown


def main() -> int:
    """Exit status: 0 when every suite that is there went as expected."""
    base = Path(os.environ.get("FOREIGN_SUITES") or ROOT.parent / "shared" / "suites")
    chosen = sys.argv[1:] or [suite.name for suite in SUITES]
    sound = True
    for suite in SUITES:
        if suite.name not in chosen:
            continue
        if not suite.packaged and not (base / suite.name).exists():
            print(f"{suite.name}: not run, for there is no checkout of it in {base}")
            continue
        sound &= judge(suite.name, suite.run(unpack(suite, base / suite.name)))
    return 0 if sound else 1


if __name__ == "__main__":
    raise SystemExit(main())
