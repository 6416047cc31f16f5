#!/usr/bin/python
"""Waits until a bramble, or a node of it, is as it should be."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: bramble_wait
short_description: Wait until a bramble is as it should be
description:
  - Asks once a second, and says at the end of its patience what is missing, in sentences.
options:
  until:
    description:
      - C(drained) - the node is safe to take down.
      - C(well) - the node is up, its disk takes writes, and its vote counts if it has one.
      - C(copied) - all files have their copies.
      - C(idle) - no task is on the node.
      - C(led) - a node leads and nothing is shut down.
    type: str
    choices: [drained, well, copied, idle, led]
    required: true
  node:
    description: Name of the node, for C(drained), C(well) and C(idle).
    type: str
  role:
    description: Which of the two that may have this name.
    type: str
    choices: [agent, head]
    default: agent
  release:
    description: What the node must have been built from, for C(well); empty for anything.
    type: str
    default: ""
  missing_before:
    description: Files that lacked copies before, for C(copied).
    type: int
    default: 0
  steady:
    description: Seconds for which it must be so.
    type: int
    default: 0
  seconds:
    description: Longest wait.
    type: int
    default: 300
extends_documentation_fragment: bramble_reach
author: The Bramble project
"""
EXAMPLES = r"""
- name: Wait until pi07 may be unplugged
  bramble_wait:
    heads: ["https://pi01:8443"]
    authority: "{{ bramble_authority }}"
    token: "{{ bramble_token }}"
    until: drained
    node: pi07
"""
RETURN = r"""
waited:
  description: Seconds that it took.
  returned: always
  type: float
"""

import time

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.bramble import (
    REACH, Bramble, Refused, Unreachable, find, is_lost, not_copied, not_drained, not_idle, not_led, not_well)


class Hopeless(Exception):
    """It is no use to wait."""


def missing(bramble, asked):
    if asked["until"] == "drained":
        node = find(bramble.nodes(), asked["node"])
        wrong = not_drained(node)
        if wrong and is_lost(node):
            raise Hopeless("%s does not answer any more, so nobody can tell that it is drained (%s): switch it on, or"
                           " repair it; then run the playbook again" % (asked["node"], "; ".join(wrong)))
        return wrong
    if asked["until"] == "well":
        node = find(bramble.nodes(), asked["node"], asked["role"])
        return not_well(node, bramble.voters(), asked["release"])
    if asked["until"] == "idle":
        return not_idle(find(bramble.nodes(), asked["node"]))
    if asked["until"] == "copied":
        return not_copied(bramble.ask("GET", "/bramble"), asked["missing_before"])
    return not_led(bramble.ask("GET", "/bramble"))


def main():
    module = AnsibleModule(
        argument_spec=dict(
            REACH,
            until=dict(type="str", choices=["drained", "well", "copied", "idle", "led"], required=True),
            node=dict(type="str"),
            role=dict(type="str", choices=["agent", "head"], default="agent"),
            release=dict(type="str", default=""),
            missing_before=dict(type="int", default=0),
            steady=dict(type="int", default=0),
            seconds=dict(type="int", default=300)),
        required_if=[("until", "drained", ["node"]), ("until", "well", ["node"]), ("until", "idle", ["node"])],
        supports_check_mode=True)
    if module.check_mode:
        module.exit_json(changed=False, waited=0)
    asked = module.params
    bramble = Bramble(asked["heads"], asked["authority"], asked["token"], 2)
    begin = time.monotonic()
    good_since = None
    while True:
        try:
            wrong = missing(bramble, asked)
        except Unreachable as silence:
            wrong = [str(silence)]
        except (Refused, Hopeless) as end:
            module.fail_json(msg=str(end))
        now = time.monotonic()
        if wrong:
            good_since = None
        elif good_since is None:
            good_since = now
        if good_since is not None and now - good_since >= asked["steady"]:
            module.exit_json(changed=False, waited=round(now - begin, 1))
        if now - begin > asked["seconds"]:
            module.fail_json(msg="%s is not %s after %d s: %s" % (
                asked["node"] or "the bramble", asked["until"], asked["seconds"], "; ".join(wrong)))
        time.sleep(1)


if __name__ == "__main__":
    main()
