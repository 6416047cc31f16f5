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
        batches = filters.bramble_batches(hosts, places, voters, "pi013", ["pi000", "pi001", "pi002"], 10)
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
        batches = filters.bramble_batches(hosts, places, ["pi000", "pi001", "pi002"], "pi000", ["pi000"], 10)
        self.assertEqual(batches, [["pi003"], ["pi004"], ["pi001"], ["pi002"], ["pi000"]])
        self.assertEqual(filters.bramble_before(batches, "pi001"), ["pi003", "pi004"])

    def test_nobody_is_left_to_upgrade(self):
        self.assertEqual(filters.bramble_batches([], {}, ["pi000"], "pi000", ["pi000"], 10), [])

    def test_half_done_boards_are_done_again(self):
        of = {"pi01": ("2/installed", "2"), "pi02": ("2/half-configured", "2"), "pi03": ("1/installed", "2"),
              "pi04": ("2/installed", "2")}
        hostvars = {host: {"bramble_present_release": {"stdout": has}, "bramble_next_release": {"stdout": wants}}
                    for host, (has, wants) in of.items()}
        nodes = [{"name": "pi01", "role": "agent", "drain": {"reason": "upgrade by Ansible to 2"}},
                 {"name": "pi04", "role": "agent", "drain": {"reason": "new fan"}},
                 {"name": "pi03", "role": "agent", "drain": None}]
        left_out = filters.bramble_drained_for(nodes, "upgrade by Ansible")
        self.assertEqual(filters.bramble_outdated(hostvars, list(of), left_out), ["pi01", "pi02", "pi03"])

    def test_hundred_boards_need_few_batches(self):
        hosts, places = fleet(100, 8)
        batches = filters.bramble_batches(hosts, places, hosts[:5], hosts[0], hosts[:2], 10)
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

    def test_example_has_none(self):
        import yaml

        example = yaml.safe_load((ANSIBLE / "inventory/example/hosts.yml").read_text())["all"]["children"]
        everywhere = yaml.safe_load((ANSIBLE / "inventory/example/group_vars/all/main.yml").read_text())
        hosts = {host: dict(everywhere, **variables) for host, variables in example["agents"]["hosts"].items()}
        groups = {name: list(group["hosts"]) for name, group in example.items()}
        self.assertEqual(filters.bramble_mistakes(hosts, groups), [])


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

    def test_copied(self):
        self.assertEqual(client.not_copied({"files": {"underReplicated": 2}}, 2), [])
        self.assertTrue(client.not_copied({"files": {"underReplicated": 3}}, 2))


if __name__ == "__main__":
    unittest.main()
