"""Talks to the heads of a bramble over REST, and says what its answers mean for a roll-out. Python 3.9, no packages."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import hashlib
import http.client
import json
import re
import socket
import ssl
import time
import urllib.parse

# One answer: a head waits up to five seconds for a leader before it says that there is none.
ANSWER_SECONDS_MAX = 15
# Between two tries of all heads.
PAUSE_SECONDS = 0.5
# Of a board that is heard once a second.
HEARD_MILLIS_MAX = 5000
# A board that restarts is back by then.
AWAY_MILLIS_MAX = 120000
# A head that shows what is older is not asked: one of an older release stops at what it cannot read.
BEHIND_MILLIS_MAX = 10000
# Options of modules that ask a bramble; described in doc_fragments/bramble_reach.py.
REACH = dict(
    heads=dict(type="list", elements="str", required=True),
    authority=dict(type="str", required=True),
    token=dict(type="str", required=True, no_log=True))


class Refused(Exception):
    """A head answered, and not with what was asked for."""

    def __init__(self, status, problem):
        Exception.__init__(self, sentence(status, problem))
        self.status = status
        self.problem = problem


class Unreachable(Exception):
    """No head answered in time."""


def sentence(status, problem):
    """What a head says of a refusal, with every mistake."""
    if not isinstance(problem, dict):
        return "it answers %s" % status
    told = problem.get("detail") or problem.get("title") or "it answers %s" % status
    more = [error.get("detail", str(error)) if isinstance(error, dict) else str(error)
            for error in problem.get("errors") or []]
    if status == 401:
        more.append("the token is bramble_token of your vault, else that of founding.json on the first head")
    return "; ".join([told] + [each for each in more if each not in told])


class Bramble:
    """A client that knows several heads and asks whichever answers."""

    def __init__(self, heads, authority, token, patience_seconds):
        self.heads = list(heads)
        self.token = token
        self.patience_seconds = patience_seconds
        # The bramble's own authority certifies its nodes alone, whatever their addresses are.
        self.context = ssl.create_default_context(cadata=authority)
        self.context.check_hostname = False

    def ask(self, method, path, body=None):
        """The answer as JSON; tries all heads again while none answers or none knows a leader."""
        until = time.monotonic() + self.patience_seconds
        reasons = {}
        while True:
            for head in list(self.heads):
                try:
                    if method == "GET":
                        self._require_fresh(head)
                    answer = self._once(head, method, path, body)
                    # Who answered is asked first from now on.
                    self.heads.remove(head)
                    self.heads.insert(0, head)
                    return answer
                except (OSError, http.client.HTTPException, ValueError) as failure:
                    reasons[head] = str(failure) or type(failure).__name__
                except Refused as refused:
                    if refused.status not in (429, 502, 503):
                        raise
                    reasons[head] = str(refused)
            if time.monotonic() > until:
                raise Unreachable("no head of the bramble answered within %d s: %s" % (
                    self.patience_seconds,
                    "; ".join("%s: %s" % (head, reasons[head]) for head in sorted(reasons))))
            time.sleep(PAUSE_SECONDS)

    def _require_fresh(self, head):
        summary = self._once(head, "GET", "/bramble", None)
        if not 0 <= summary["behindMillis"] <= BEHIND_MILLIS_MAX:
            raise ValueError("; ".join(summary["warnings"]) or "what it shows is old")

    def _once(self, head, method, path, body):
        url = urllib.parse.urlsplit(head)
        connection = http.client.HTTPSConnection(
            url.hostname, url.port or 8443, timeout=ANSWER_SECONDS_MAX, context=self.context)
        try:
            headers = {"Authorization": "Bearer " + self.token, "Accept": "application/json"}
            data = None
            if body is not None:
                data = json.dumps(body).encode("utf-8")
                headers["Content-Type"] = "application/json"
            connection.request(method, "/api/v1" + path, body=data, headers=headers)
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
        except socket.timeout:
            raise OSError("it did not answer within %d s" % ANSWER_SECONDS_MAX)
        finally:
            connection.close()
        answer = json.loads(text) if text.strip() else None
        if response.status >= 300:
            raise Refused(response.status, answer)
        return answer

    def nodes(self):
        """All nodes and heads; names of nodes and of heads are apart, so both may be called alike."""
        return self._all("/nodes")

    def voters(self):
        return self._all("/voters")

    def _all(self, path):
        items = []
        page = self.ask("GET", path + "?limit=1000")
        while True:
            items.extend(page["items"])
            if not page["next"]:
                return items
            page = self.ask("GET", path + "?limit=1000&cursor=" + urllib.parse.quote(page["next"]))


def find(nodes, name, role="agent"):
    """The node of that name in that role; None when there is none."""
    for node in nodes:
        if node["name"] == name and node["role"] == role:
            return node
    return None


def not_drained(node):
    """Why the node is not safe to take down yet; empty when it is."""
    if node is None:
        return ["the bramble does not know it"]
    drain = node.get("drain")
    # Of a bramble of one board there is no other copy anywhere: it may be restarted, and keeps its card.
    if node["standing"] == "drained" and drain and (drain["safeToUnplug"] or drain.get("stoppedInPlace")):
        return []
    if node["standing"] in ("expired", "quarantined"):
        return ["its standing is %s" % node["standing"]] + (drain["waitsFor"] if drain else [])
    if not drain:
        return ["nobody drains it: its standing is %s" % node["standing"]]
    return drain["waitsFor"] or ["it is still %s" % node["standing"]]


def is_lost(node):
    """Whether the node is away for so long that it is no use to wait for its word."""
    return node is not None and node["link"] == "down" and (node["heardMillisAgo"] or 0) > AWAY_MILLIS_MAX


def not_well(node, voters, release):
    """Why the node is not well; empty when it is.

    release: what its agent must say that it was built from; empty when any will do.
    """
    if node is None:
        return ["the bramble does not know it"]
    wrong = []
    if node["link"] != "up":
        return ["it is %s" % node["link"]]
    heard = node["heardMillisAgo"]
    # A head says nothing of itself.
    if node["role"] == "agent" and (heard is None or heard > HEARD_MILLIS_MAX):
        wrong.append("it has not said anything" + ("" if heard is None else " for %d s" % (heard // 1000)))
    told = (node.get("capacity") or {}).get("release")
    if release and (told or "").replace("-", "~") != release.replace("-", "~"):
        wrong.append("its agent says that it is release %s, not %s" % (told or "unknown", release))
    health = node.get("health") or {}
    writable = health.get("diskWritable") or {}
    if writable.get("value") == 0:
        wrong.append("its disk takes no writes")
    for voter in voters:
        if voter["node"] == node["node"] and voter["trouble"]:
            wrong.append("its copy of the ledger: " + voter["trouble"])
        elif voter["node"] == node["node"] and not voter["up"]:
            wrong.append("its vote is down")
    return wrong


def not_idle(node):
    """What is on the node; empty when nothing is."""
    if node is None:
        return ["the bramble does not know it"]
    return ["%d tasks are on it" % node["heldTasks"]] if node["link"] == "up" and node["heldTasks"] else []


def not_copied(summary, missing_before):
    """Why not every file has its copies; files that were without them before the roll-out do not count."""
    files = summary["files"]
    missing = files["underReplicated"] - missing_before
    return [] if missing <= 0 else ["%d file%s fewer copies than they should" % (
        missing, " has" if missing == 1 else "s have")]


def not_led(summary):
    """Why the bramble as a whole does not work; empty when it does."""
    wrong = []
    if summary["leader"] is None:
        wrong.append("no node leads")
    if summary["shutdown"] is not None:
        wrong.append("it is being shut down")
    return wrong


def newest(packages):
    """One of each name, architecture and version: the first. Descriptions as bramble_index makes them."""
    kept = {}
    for package in packages:
        kept.setdefault(package["name"], package)
    return [kept[name] for name in sorted(kept)]


def source_index(packages, name):
    """The index of an apt source (Packages), and what is signed of it (Release) with %s in the place of the date."""
    entries = []
    for package in packages:
        # These follow from the file; a package's own word does not count.
        own = re.sub(r"(?mi)^(filename|size|sha256|md5sum|sha1):.*\n?", "", package["control"]).strip()
        entries.append("%s\nFilename: ./%s\nSize: %d\nSHA256: %s\n" % (
            own, package["name"], package["size"], package["sha256"]))
    listing = "\n".join(entries)
    text = listing.encode("utf-8")
    release = "Origin: Bramble\nLabel: %s\nDate: %%s\nSHA256:\n %s %d Packages\n" % (
        name.replace("%", "%%").replace("\n", " "), hashlib.sha256(text).hexdigest(), len(text))
    return listing, release
