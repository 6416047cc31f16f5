"""Decisions of the roll-out, as functions of what the inventory and the bramble say."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import difflib
import ipaddress
import os
import re

import yaml

NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")
ROLES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "roles")
KINDS = {"str": str, "path": str, "int": int, "bool": bool, "list": list, "dict": dict}
WORDS = {"str": "a text", "path": "a path", "int": "a whole number", "bool": "true or false", "list": "a list",
         "dict": "a map"}
SLOT_KEYS = {"rack": str, "shelf": str, "slot": int, "supply": str, "switch": str, "port": int}
DERIVED = os.path.join(os.path.dirname(ROLES), "group_vars", "all.yml")
ADDRESS = re.compile(r"^((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|$)){4}$")
SIZE = (re.compile(r"^(\d{1,16}(\.\d{1,9})?([kmgt]i?)?b?)?$", re.I), "a size, as 512M or 3G")
DURATION = (re.compile(r"^(?=\d)(\d{1,9}d)?(\d{1,9}h)?(\d{1,9}m)?(\d{1,9}s)?$"), "a duration, as 30s or 1h30m")
# What a type does not tell: an agent that cannot read its configuration does not start.
FORMS = {"bramble_memory": SIZE, "bramble_disk_reserve": SIZE, "bramble_drain_deadline": DURATION,
         "bramble_drain_grace": DURATION}
SLOTS_MAX = 100
NUMBERS = {"bramble_cpus": (0, 1024), "bramble_source_port": (1, 65535), "bramble_seeds_max": (1, 100),
           "bramble_upgrade_share": (1, 100)}
SECONDS = (0, 7 * 86400)


def declared():
    """Every variable that the roles declare, by name."""
    options = {}
    for role in sorted(os.listdir(ROLES)):
        path = os.path.join(ROLES, role, "meta", "argument_specs.yml")
        if os.path.exists(path):
            with open(path, encoding="utf-8") as specs:
                for entry in yaml.safe_load(specs)["argument_specs"].values():
                    options.update(entry.get("options") or {})
    return options


def derived():
    """Variables that nobody sets: they follow from the inventory."""
    with open(DERIVED, encoding="utf-8") as variables:
        return set(yaml.safe_load(variables))


def is_of(value, kind):
    if kind == "int":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, KINDS.get(kind, object))


def numbers_of(name):
    """From which to which number a variable may be; None for any."""
    return SECONDS if name.endswith("_seconds") else NUMBERS.get(name)


def is_network(value):
    try:
        return bool(ipaddress.IPv4Network(value, strict=False))
    except ValueError:
        return False


def mistakes_of(host, variables, options):
    """What is wrong with the variables of one host."""
    found = []
    own = derived()
    for name, value in sorted(variables.items()):
        if not name.startswith("bramble_") or name in own:
            continue
        spec = options.get(name)
        if spec is None:
            near = difflib.get_close_matches(name, list(options), 1)
            found.append("%s: %s is no variable of these roles: %s" % (
                host, name, "write %s" % near[0] if near else "remove it"))
        elif isinstance(value, str) and "{{" in value:
            continue  # is looked at when it has a value
        elif value is None or not is_of(value, spec["type"]):
            # What follows -e is a text, unless it is JSON.
            looks_right = re.match(r"^(true|false|yes|no|\d+)$", str(value), re.I) and spec["type"] in ("int", "bool")
            found.append("%s: %s is %r: make it %s%s" % (
                host, name, value, WORDS.get(spec["type"], spec["type"]),
                ", on a command line -e '{\"%s\": %s}'" % (name, value) if looks_right else ""))
        elif "choices" in spec and value not in spec["choices"]:
            found.append("%s: %s is %r: choose %s" % (
                host, name, value, " or ".join(str(choice) for choice in spec["choices"])))
        elif name in FORMS and not FORMS[name][0].match(value):
            found.append("%s: %s is %r: make it %s" % (host, name, value, FORMS[name][1]))
        elif numbers_of(name) and not numbers_of(name)[0] <= value <= numbers_of(name)[1]:
            found.append("%s: %s is %d: make it a number from %d to %d" % ((host, name, value) + numbers_of(name)))
        elif name == "bramble_admin_networks":
            found.extend("%s: bramble_admin_networks has %r: make it an IPv4 network, as 192.168.1.0/24" % (host, each)
                         for each in value if not isinstance(each, str) or not is_network(each))
        elif name == "bramble_labels":
            found.extend("%s: bramble_labels has %s: %r: make it a text, as \"yes\" in quotes" % (host, label, said)
                         for label, said in sorted(value.items(), key=str) if not isinstance(said, str))
        elif spec.get("elements") in KINDS and not all(is_of(each, spec["elements"]) for each in value):
            found.append("%s: %s is %r: make each of its parts %s" % (
                host, name, value, WORDS[spec["elements"]]))
    return found


def slot_mistakes(host, slot, supplies, switches):
    found = []
    for key in sorted(slot):
        if key not in SLOT_KEYS:
            found.append("%s: bramble_slot has no '%s': remove it, it may have %s" % (
                host, key, ", ".join(SLOT_KEYS)))
        elif not is_of(slot[key], "int" if SLOT_KEYS[key] is int else "str"):
            found.append("%s: %s of bramble_slot is %r: make it %s" % (
                host, key, slot[key], WORDS["int" if SLOT_KEYS[key] is int else "str"]))
    if is_of(slot.get("slot"), "int") and not 1 <= slot["slot"] <= SLOTS_MAX:
        found.append("%s: slot of bramble_slot is %d: make it a number from 1, the left one, to %d" % (
            host, slot["slot"], SLOTS_MAX))
    for key in ("rack", "shelf", "slot"):
        if key not in slot:
            found.append("%s: bramble_slot has no %s: add it, or remove bramble_slot" % (host, key))
    for key, known, variable in (("supply", supplies, "bramble_supplies"), ("switch", switches, "bramble_switches")):
        if key in slot and slot[key] not in known:
            found.append("%s: bramble_slot names the %s %r, which %s lacks: add it there" % (
                host, key, slot[key], variable))
    return found


def bramble_mistakes(hostvars, groups):
    """Everything that is wrong with an inventory: a sentence each, with host, variable and cure."""
    options = declared()
    agents = list(groups.get("agents", []))
    heads = list(groups.get("heads", []))
    found = []
    if not agents:
        found.append("the inventory: the group agents has no host: add the boards that work")
    if not heads:
        found.append("the inventory: the group heads has no host: add at least one, which serves the dashboard")
    for head in heads:
        if agents and head not in agents:
            found.append("%s: is in the group heads and not in the group agents: add it there, since a head is a board"
                         " that also serves the dashboard" % head)
    seen = {}
    places = {}
    for host in sorted(set(agents) | set(heads)):
        variables = dict(hostvars[host])
        if not NAME.match(host):
            found.append("%s: its name is no name of a node: use letters, digits, dots and dashes, at most 63" % host)
        elif host in heads and not NAME.match(host + "-head"):
            found.append("%s: its name is too long for a head, which is called %s-head: at most 58 letters" % (
                host, host))
        found.extend(mistakes_of(host, variables, options))
        address = str(variables.get("bramble_address") or variables.get("ansible_host") or host)
        if not ADDRESS.match(address):
            found.append("%s: ansible_host is '%s': make it the board's IPv4 address, or add bramble_address with it"
                         % (host, address))
        if address in seen:
            found.append("%s: ansible_host is %s, which is also that of %s: give each its own" % (
                host, address, seen[address]))
        seen.setdefault(address, host)
        slot = variables.get("bramble_slot")
        if isinstance(slot, dict) and slot:
            supplies = [each.get("name") for each in variables.get("bramble_supplies") or [] if isinstance(each, dict)]
            switches = [each.get("name") for each in variables.get("bramble_switches") or [] if isinstance(each, dict)]
            found.extend(slot_mistakes(host, slot, supplies, switches))
            place = (slot.get("rack"), slot.get("shelf"), slot.get("slot"))
            if None not in place and place in places:
                found.append("%s: bramble_slot is %s, where %s is: give each its own" % (
                    host, "/".join(str(part) for part in place), places[place]))
            places.setdefault(place, host)
    # What is wrong in a variable of all hosts is said once.
    told = []
    for text in found:
        tail = text.split(": ", 1)[1]
        alike = sum(each.split(": ", 1)[1] == tail for each in found)
        if alike > 1 and alike == len(set(agents) | set(heads)):
            text = "all hosts: " + tail
        if text not in told:
            told.append(text)
    return told


def bramble_racks(hostvars, hosts):
    """The rack layout as the inventory draws it; empty when no host has a place."""
    racks = {}
    supplies, switches = [], []
    for host in hosts:
        variables = hostvars[host]
        slot = variables.get("bramble_slot")
        if slot:
            supplies = variables.get("bramble_supplies") or []
            switches = variables.get("bramble_switches") or []
            racks.setdefault(slot["rack"], {}).setdefault(slot["shelf"], {})[slot["slot"]] = (host, slot)
    if not racks:
        return {}
    drawn = []
    for rack in sorted(racks):
        shelves = []
        for shelf in sorted(racks[rack]):
            slots = racks[rack][shelf]
            row = []
            for number in range(1, max(slots) + 1):
                board = {}
                if number in slots:
                    host, slot = slots[number]
                    board = dict((key, slot[key]) for key in ("supply", "switch", "port") if key in slot)
                    board["node"] = host
                row.append(board)
            shelves.append({"name": shelf, "slots": row})
        drawn.append({"name": rack, "shelves": shelves})
    return {"supplies": list(supplies), "switches": list(switches), "racks": drawn}


def bare(value):
    """Without what says nothing: to compare a layout that was sent with one that is kept."""
    if isinstance(value, dict):
        return dict((key, bare(each)) for key, each in value.items() if each not in (None, "", 0))
    if isinstance(value, list):
        return [bare(each) for each in value]
    return value


def bramble_same_racks(kept, drawn):
    """Whether the layout that is kept is the drawn one. Ids and names of nodes are told apart by names."""
    return all(bare(kept.get(key) or []) == bare(drawn.get(key) or []) for key in ("supplies", "switches", "racks"))


def shelf_of(variables):
    slot = variables.get("bramble_slot") or {}
    return (slot["rack"], slot["shelf"]) if "rack" in slot and "shelf" in slot else None


def bramble_batches(hosts, hostvars, voters, leader, heads, share_percent, boards):
    """In which order hosts are upgraded: batches, each a list of hosts.

    First one alone, which shows whether the release is any good; then the others that have no vote, in batches of at
    most the share of all hosts, none of which has two of one shelf or two heads; then the voters one by one; last the
    leader, unless it is the only head: as soon as no voter has the older release, a head that has shows nothing new any
    more. voters and leader are names, boards is how many there are in all.
    """
    most = max(1, boards * share_percent // 100)
    plain = [host for host in hosts if host not in voters and host != leader]
    # A head that may be spared comes after those that nobody looks at.
    waiting = [host for host in plain if host not in heads] + [host for host in plain if host in heads]
    batches = [[waiting.pop(0)]] if waiting else []
    while waiting:
        batch, shelves = [], set()
        for host in list(waiting):
            shelf = shelf_of(hostvars[host])
            second_head = host in heads and any(other in heads for other in batch)
            if len(batch) < most and not second_head and (shelf is None or shelf not in shelves):
                batch.append(host)
                shelves.add(shelf)
                waiting.remove(host)
        batches.append(batch)
    batches.extend([host] for host in hosts if host in voters and host != leader)
    batches.extend([host] for host in hosts if host == leader)
    if batches and batches[-1] == list(heads) and len(batches) > 1 and len(batches[-2]) == 1:
        batches[-2:] = [batches[-1], batches[-2]]
    return batches


def bramble_drained_for(nodes, mark):
    """Names of the nodes that somebody takes or took out for a reason that begins so."""
    return [node["name"] for node in nodes
            if node["role"] == "agent" and (node["drain"] or {}).get("reason", "").startswith(mark)]


def bramble_taken_names(nodes, hostvars, hosts):
    """Nodes that are called as hosts that are in no bramble would be: these would get other names, and not be found."""
    known = [node["name"] for node in nodes]
    return [name for host in hosts
            for name, looked in zip((host, host + "-head"), hostvars[host]["bramble_certificates"]["results"])
            if not looked["stat"]["exists"] and name in known]


def bramble_needs_restart(before, after):
    """Whether what runs has to read its configuration anew. By seeds a node finds others at its start alone."""
    def read(text):
        return [line for line in text.splitlines() if not line.startswith("seeds:")]

    return read(before) != read(after)


def bramble_outdated(hostvars, hosts, left_out):
    """Hosts that do not have the next release whole, and those that an earlier run took out and did not return."""
    return [host for host in hosts if host in left_out or is_outdated(hostvars[host])]


def is_outdated(variables):
    """Two builds of one version are told apart by the files that the board has kept."""
    if variables["bramble_present_release"]["stdout"] != variables["bramble_release"] + "/installed":
        return True
    sums = variables["bramble_package_sums"]
    return any(kept["stat"]["exists"] and kept["stat"]["checksum"] != sums[kept["item"]["name"]]
               for kept in variables["bramble_way_back"]["results"])


def bramble_before(batches, host):
    """The hosts of all batches before the host's own."""
    before = []
    for batch in batches:
        if host in batch:
            break
        before.extend(batch)
    return before


class FilterModule:
    """What playbooks may use."""

    def filters(self):
        return {"bramble_mistakes": bramble_mistakes, "bramble_racks": bramble_racks,
                "bramble_same_racks": bramble_same_racks, "bramble_batches": bramble_batches,
                "bramble_before": bramble_before, "bramble_outdated": bramble_outdated,
                "bramble_drained_for": bramble_drained_for, "bramble_taken_names": bramble_taken_names,
                "bramble_needs_restart": bramble_needs_restart}
