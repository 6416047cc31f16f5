"""The decisions of the roll-out: which are functions, and need no board."""

import pathlib
import sys
import unittest

ANSIBLE = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ANSIBLE / "filter_plugins"), str(ANSIBLE / "module_utils")]
import importlib.util  # noqa: E402


def load(folder):
    spec = importlib.util.spec_from_file_location(f"{folder}_bramble", ANSIBLE / folder / "bramble.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


filters = load("filter_plugins")
client = load("module_utils")


def fleet(count, a_shelf):
    """Hosts that stand so many on a shelf."""
    hosts = [f"pi{n:03}" for n in range(count)]
    return hosts, {host: {"bramble_slot": {"rack": "r", "shelf": str(n // a_shelf), "slot": n % a_shelf + 1}}
                   for n, host in enumerate(hosts)}


class Batches(unittest.TestCase):
    def test_everybody_once_voters_alone_leader_last(self):
        hosts, places = fleet(100, 8)
        voters = ["pi000", "pi013", "pi050", "pi070", "pi099"]
        batches = filters.bramble_batches(hosts, places, voters, "pi013", ["pi000", "pi001", "pi002"], 10, 100)
        self.assertEqual(sorted(host for batch in batches for host in batch), hosts)
        self.assertEqual(batches[-1], ["pi013"])
        self.assertEqual({batch[0] for batch in batches[-5:]}, set(voters))
        self.assertTrue(all(len(batch) == 1 for batch in batches[-5:]))
        self.assertEqual(len(batches[0]), 1, "one shows first whether the release is any good")
        for batch in batches:
            self.assertLessEqual(len(batch), 10)
            shelves = [filters.shelf_of(places[host]) for host in batch]
            self.assertEqual(len(shelves), len(set(shelves)), f"two of one shelf in {batch}")
            self.assertLessEqual(sum(host in ("pi001", "pi002") for host in batch), 1, "two heads at once")

    def test_few_boards_go_one_by_one(self):
        hosts, places = fleet(5, 5)
        voters, heads = ["pi000", "pi001", "pi002"], ["pi000", "pi004"]
        batches = filters.bramble_batches(hosts, places, voters, "pi000", heads, 10, 5)
        self.assertEqual(batches, [["pi003"], ["pi004"], ["pi001"], ["pi002"], ["pi000"]])
        self.assertEqual(filters.bramble_before(batches, "pi001"), ["pi003", "pi004"])

    def test_the_only_head_is_not_the_last(self):
        hosts, places = fleet(3, 5)
        self.assertEqual(filters.bramble_batches(hosts, places, hosts, "pi000", ["pi000"], 10, 3),
                         [["pi001"], ["pi000"], ["pi002"]])
        self.assertEqual(filters.bramble_batches(["pi000"], places, ["pi000"], "pi000", ["pi000"], 10, 1), [["pi000"]])

    def test_nobody_is_left_to_upgrade(self):
        self.assertEqual(filters.bramble_batches([], {}, ["pi000"], "pi000", ["pi000"], 10, 5), [])

    def test_half_done_boards_are_done_again(self):
        # What dpkg says, and whether the file that the board has kept is the new one.
        of = {"pi01": ("2/installed", True), "pi02": ("2/half-configured", True), "pi03": ("1/installed", False),
              "pi04": ("2/installed", True), "pi05": ("2/installed", False), "pi06": ("2/installed", None)}
        hostvars = {host: {"bramble_present_release": {"stdout": has}, "bramble_release": "2",
                           "bramble_package_sums": {"bramble-agent": "new"},
                           "bramble_way_back": {"results": [{"item": {"name": "bramble-agent"}, "stat": {
                               "exists": is_new is not None, "checksum": "new" if is_new else "old"}}]}}
                    for host, (has, is_new) in of.items()}
        nodes = [{"name": "pi01", "role": "agent", "drain": {"reason": "upgrade by Ansible to 2"}},
                 {"name": "pi04", "role": "agent", "drain": {"reason": "new fan"}},
                 {"name": "pi03", "role": "agent", "drain": None}]
        left_out = filters.bramble_drained_for(nodes, "upgrade by Ansible")
        self.assertEqual(filters.bramble_outdated(hostvars, list(of), left_out), ["pi01", "pi02", "pi03", "pi05"])

    def test_hundred_boards_need_few_batches(self):
        hosts, places = fleet(100, 8)
        batches = filters.bramble_batches(hosts, places, hosts[:5], hosts[0], hosts[:2], 10, 100)
        # At five minutes for each of them a hundred boards take under two hours.
        self.assertLess(len(batches), 24)


class Mistakes(unittest.TestCase):
    groups = {"agents": ["pi01", "pi02"], "heads": ["pi01"]}

    def of(self, **first):
        hosts = {"pi01": {"ansible_host": "10.0.0.1"}, "pi02": {"ansible_host": "10.0.0.2"}}
        hosts["pi01"].update(first)
        return filters.bramble_mistakes(hosts, self.groups)

    def test_none(self):
        self.assertEqual(self.of(), [])

    def test_all_at_once(self):
        found = self.of(bramble_voters_max=2, bramble_memroy="3G", bramble_cpus="four", ansible_host="pi01.local")
        self.assertEqual(len(found), 4)
        self.assertIn("pi01: bramble_memroy is no variable of these roles: write bramble_memory", found)
        self.assertIn("pi01: bramble_cpus is 'four': make it a whole number", found)

    def test_slots(self):
        found = self.of(bramble_slot={"rack": "r", "shelf": "s", "supply": "psu9"})
        self.assertEqual(found, [
            "pi01: bramble_slot has no slot: add it, or remove bramble_slot",
            "pi01: bramble_slot names the supply 'psu9', which bramble_supplies lacks: add it there"])

    def test_what_an_agent_could_not_read(self):
        found = self.of(bramble_memory="3 GB", bramble_drain_deadline="soon", bramble_labels={"ssd": True},
                        bramble_alert_mail=["sendmail", 7], bramble_multicast="false", ansible_host="10.0.0.256")
        self.assertEqual(len(found), 6, found)
        self.assertIn("pi01: bramble_memory is '3 GB': make it a size, as 512M or 3G", found)
        self.assertEqual([], self.of(bramble_memory="1.5g", bramble_disk_reserve="512MiB", bramble_drain_grace="1m30s"))

    def test_numbers_and_networks(self):
        found = self.of(bramble_cpus=-1, bramble_source_port=70000, bramble_join_seconds=-1,
                        bramble_admin_networks=["home", "10.0.0.0/8", "192.168.1.7"])
        self.assertEqual(found, [
            "pi01: bramble_admin_networks has 'home': make it an IPv4 network, as 192.168.1.0/24",
            "pi01: bramble_cpus is -1: make it a number from 0 to 1024",
            "pi01: bramble_join_seconds is -1: make it a number from 0 to 604800",
            "pi01: bramble_source_port is 70000: make it a number from 1 to 65535"])

    def test_names(self):
        for name, is_good in (("Pi_01.Lan", True), ("pi 01", False), ("-pi", False), ("x" * 60, False)):
            found = filters.bramble_mistakes({name: {"ansible_host": "10.0.0.1"}}, {"agents": [name], "heads": [name]})
            self.assertEqual(not found, is_good, found)

    def test_slots_begin_at_one(self):
        for slot, is_good in ((0, False), (1, True), (100, True), (101, False)):
            self.assertEqual(not self.of(bramble_slot={"rack": "r", "shelf": "s", "slot": slot}), is_good)

    def test_example_has_none(self):
        import yaml

        example = yaml.safe_load((ANSIBLE / "inventory/example/hosts.yml").read_text())["all"]["children"]
        everywhere = yaml.safe_load((ANSIBLE / "inventory/example/group_vars/all/main.yml").read_text())
        hosts = {host: dict(everywhere, **variables) for host, variables in example["agents"]["hosts"].items()}
        groups = {name: list(group["hosts"]) for name, group in example.items()}
        self.assertEqual(filters.bramble_mistakes(hosts, groups), [])


class Restarts(unittest.TestCase):
    def test_others_in_the_inventory_restart_nobody(self):
        before = "name: pi01\nseeds: [a, b]\nvoters_max: 3"
        self.assertFalse(filters.bramble_needs_restart(before, before.replace("a, b", "a, b, c") + "\n"))
        self.assertTrue(filters.bramble_needs_restart(before, before.replace("3", "5")))
        self.assertTrue(filters.bramble_needs_restart(before, before + "\ncpus: 2"))


class Names(unittest.TestCase):
    def test_a_new_card_is_told_from_the_old_one(self):
        def of(agent, head=None):
            return {"bramble_certificates": {"results": [{"stat": {"exists": each}} for each in (agent, head)
                                                         if each is not None]}}

        nodes = [{"name": name} for name in ("pi01", "pi01-head", "pi02", "pi02-head")]
        hostvars = {"pi01": of(True, True), "pi02": of(False, False), "pi03": of(False)}
        self.assertEqual(filters.bramble_taken_names(nodes, hostvars, list(hostvars)), ["pi02", "pi02-head"])
        self.assertEqual(filters.bramble_taken_names(nodes[:2], hostvars, list(hostvars)), [])


class Racks(unittest.TestCase):
    def test_drawn_from_left_to_right_with_gaps(self):
        hosts = {"pi01": {"bramble_slot": {"rack": "r", "shelf": "s", "slot": 3, "port": 7}}, "pi02": {}}
        drawn = filters.bramble_racks(hosts, ["pi01", "pi02"])
        self.assertEqual(drawn["racks"], [
            {"name": "r", "shelves": [{"name": "s", "slots": [{}, {}, {"node": "pi01", "port": 7}]}]}])
        kept = {"version": 3, "supplies": [], "switches": [], "racks": [
            {"name": "r", "shelves": [{"name": "s", "slots": [
                {}, {}, {"node": "pi01", "supply": "", "switch": "", "port": 7}]}]}]}
        self.assertTrue(filters.bramble_same_racks(kept, drawn))
        kept["racks"][0]["shelves"][0]["slots"][2]["port"] = 8
        self.assertFalse(filters.bramble_same_racks(kept, drawn))


class States(unittest.TestCase):
    node = {"node": "n", "name": "pi01", "role": "agent", "link": "up", "heardMillisAgo": 100, "standing": "ready",
            "drain": None, "capacity": {"release": "1.2.0-SNAPSHOT"}, "health": {"diskWritable": {"value": 1}}}

    def test_well(self):
        self.assertEqual(client.not_well(self.node, [], "1.2.0~SNAPSHOT"), [])
        self.assertEqual(client.not_well(dict(self.node, link="down"), [], ""), ["it is down"])
        self.assertIn("not 2.0", client.not_well(self.node, [], "2.0")[0])
        self.assertTrue(client.not_well(dict(self.node, health={"diskWritable": {"value": 0}}), [], ""))
        self.assertTrue(client.not_well(self.node, [{"node": "n", "trouble": "a full disk", "up": True}], ""))

    def test_drained_only_with_its_attest(self):
        drain = {"safeToUnplug": True, "waitsFor": []}
        self.assertEqual(client.not_drained(dict(self.node, standing="drained", drain=drain)), [])
        unsafe = dict(drain, safeToUnplug=False, waitsFor=["it has the only copy of 1 file"])
        self.assertEqual(client.not_drained(dict(self.node, standing="drained", drain=unsafe)), unsafe["waitsFor"])
        self.assertTrue(client.not_drained(self.node))

    def test_a_board_that_stays_away_is_not_waited_for(self):
        for link, heard, is_lost in (("up", 100, False), ("down", 119000, False), ("down", 121000, True),
                                     ("down", None, False)):
            self.assertEqual(client.is_lost(dict(self.node, link=link, heardMillisAgo=heard)), is_lost)
        self.assertFalse(client.is_lost(None))

    def test_the_only_board_stops_in_place(self):
        drain = {"safeToUnplug": False, "stoppedInPlace": True, "waitsFor": []}
        self.assertEqual(client.not_drained(dict(self.node, standing="drained", drain=drain)), [])

    def test_copied(self):
        self.assertEqual(client.not_copied({"files": {"underReplicated": 2}}, 2), [])
        self.assertTrue(client.not_copied({"files": {"underReplicated": 3}}, 2))


class Heads(unittest.TestCase):
    def test_a_head_that_is_behind_is_not_asked(self):
        asked = client.Bramble.__new__(client.Bramble)
        asked.heads, asked.patience_seconds = ["old", "new"], 0
        asked._once = lambda head, method, path, body: (
            {"behindMillis": {"old": 60000, "new": 200}[head], "warnings": []} if path == "/bramble" else head)
        self.assertEqual(asked.ask("GET", "/nodes"), "new")
        asked.heads = ["old"]
        self.assertRaises(client.Unreachable, asked.ask, "GET", "/nodes")
        self.assertEqual(asked.ask("POST", "/jobs", {}), "old", "the leader decides, whoever passes it on")


class Refusals(unittest.TestCase):
    def test_a_wrong_token_is_named(self):
        self.assertIn("bramble_token", client.sentence(401, {"detail": "this token is unknown"}))
        self.assertEqual(client.sentence(409, {"detail": "no", "errors": [{"detail": "it leads"}]}), "no; it leads")


class Sources(unittest.TestCase):
    def test_index_has_its_own_word_of_sizes(self):
        package = {"name": "a_1_all.deb", "size": 5, "sha256": "ab",
                   "control": "Package: a\nVersion: 1\nSize: 9\nFilename: ../../b\nDescription: a\n .\n more\n"}
        listing, release = client.source_index(client.newest([package, dict(package, size=6)]), "100%\nOrigin: b")
        self.assertEqual(listing, "Package: a\nVersion: 1\nDescription: a\n .\n more\n"
                                  "Filename: ./a_1_all.deb\nSize: 5\nSHA256: ab\n")
        self.assertIn("Label: 100% Origin: b\nDate: today\n", release % "today")


if __name__ == "__main__":
    unittest.main()
