"""The load: `wrk` posting one fixed chat completion, and what it says came of it."""

import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import psutil

from tests.bench.mock import ANSWER
from tests.bench.processes import BenchError, resident_mib, state_folder
from tests.bench.quiet import Foreign

QUESTION = "Answer in one short sentence and add nothing else. What is the capital of France, and on which river does it lie?"

# Everything in the request is fixed, so wrk formats it once and its Lua never runs while it measures.
LUA = """
wrk.method = "POST"
wrk.body = os.getenv("BENCH_BODY")
for line in os.getenv("BENCH_HEADERS"):gmatch("[^\\n]+") do
  local name, value = line:match("^([^:]+): (.*)$")
  wrk.headers[name] = value
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '\\nBENCH {"requests": %d, "seconds": %.6f, "p50_ms": %.3f, "p99_ms": %.3f, "max_ms": %.3f, ' ..
    '"status": %d, "connect": %d, "read": %d, "write": %d, "timeout": %d}\\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3,
    e.status, e.connect, e.read, e.write, e.timeout))
end
"""


@dataclass(frozen=True)
class Target:
    """Says where one gateway takes chat completions, with which headers and model, and which processes it is made of."""

    name: str
    base_url: str
    model: str
    headers: Mapping[str, str]
    processes: Callable[[], list[psutil.Process]]
    version: str = ""
    notes: list[str] = field(default_factory=list)
    held: Callable[[], list[psutil.Process]] | None = None
    """Lists what is held still while others are measured, where that is more than `processes`."""

    def body(self) -> bytes:
        """Gives the request that is posted, about 200 bytes."""
        messages = [{"role": "user", "content": QUESTION}]
        return json.dumps({"model": self.model, "messages": messages, "max_tokens": 32}).encode()


@dataclass(frozen=True)
class Figure:
    """Holds what one round measured. `void` says why the figure must not be used; empty: it may."""

    requests: int
    requests_per_s: float
    p50_ms: float
    p99_ms: float
    peak_mib: float
    foreign_cores: float
    void: str = ""


def find_wrk() -> str:
    """Gives the path of wrk. When it is missing and this is Debian as root, tries to install it; else raises BenchError."""
    found = shutil.which("wrk")
    if not found and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "timeout": 120}
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        try:
            subprocess.run(["apt-get", "update"], env=env, check=False, **quiet)  # type: ignore[call-overload]
            subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "wrk"], env=env, check=False, **quiet)  # type: ignore[call-overload]
        except subprocess.TimeoutExpired:
            pass
        found = shutil.which("wrk")
    if not found:
        raise BenchError("The load generator wrk is not on PATH: install it (Debian: apt-get install wrk; macOS: brew install wrk).")
    return found


def probe(target: Target) -> None:
    """Asks once and raises BenchError unless the answer is the mock's own: a fast wrong answer must not count."""
    request = urllib.request.Request(
        f"{target.base_url}/chat/completions", data=target.body(), headers={**target.headers, "Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=15) as reply:
            text = reply.read().decode()
    except urllib.error.HTTPError as error:
        raise BenchError(f"{target.name} answered {error.code}: {error.read(300).decode(errors='replace')}") from error
    except OSError as error:
        raise BenchError(f"{target.name} could not be asked: {error}.") from error
    try:
        said = json.loads(text)["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError):
        said = None
    if said != ANSWER:
        raise BenchError(f"{target.name} did not give the upstream's answer but: {text[:300]}")


def press(wrk: str, target: Target, seconds: float, connections: int, threads: int = 1) -> Figure:
    """Loads the target for so many seconds and gives the figure, void when a single request failed."""
    script = state_folder("load") / "completion.lua"
    script.write_text(LUA)
    headers = {**target.headers, "Content-Type": "application/json"}
    env = {
        **os.environ,
        "BENCH_BODY": target.body().decode(),
        "BENCH_HEADERS": "\n".join(f"{name}: {value}" for name, value in headers.items()),
    }
    url = f"{target.base_url}/chat/completions"
    command = [
        wrk,
        f"-t{threads}",
        f"-c{connections}",
        f"-d{max(1, round(seconds))}s",
        "--timeout",
        "10s",
        "--latency",
        "-s",
        str(script),
        url,
    ]
    generator = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    # Found once: walking the process table again and again would take time from the very processes that are measured.
    members = target.processes()
    foreign = Foreign(target.held or target.processes)
    peak, last = 0.0, seconds + 30
    try:
        while True:
            peak = max(peak, resident_mib(members))
            try:
                out, err = generator.communicate(timeout=0.5)
                break
            except subprocess.TimeoutExpired:
                last -= 0.5
                if last < 0:
                    raise BenchError(f"wrk did not end in time against {target.name}.") from None
    finally:
        if generator.poll() is None:
            generator.kill()
            generator.wait()
    return _figure(out, err, peak, foreign.cores(), target.name)


def _figure(out: str, err: str, peak: float, foreign: float, name: str) -> Figure:
    """Reads the line that the Lua script wrote."""
    for line in out.splitlines():
        if line.startswith("BENCH "):
            said = json.loads(line.removeprefix("BENCH "))
            break
    else:
        raise BenchError(f"wrk said nothing about {name}: {(err or out).strip()[:200]}")
    failed = {kind: said[kind] for kind in ("status", "connect", "read", "write", "timeout") if said[kind]}
    void = "failed requests: " + ", ".join(f"{count} {kind}" for kind, count in failed.items()) if failed else ""
    if not said["requests"]:
        void = "no request was answered"
    return Figure(said["requests"], said["requests"] / said["seconds"], said["p50_ms"], said["p99_ms"], peak, foreign, void)
