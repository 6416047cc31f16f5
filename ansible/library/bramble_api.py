#!/usr/bin/python
"""Asks a bramble something over REST."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: bramble_api
short_description: Ask a bramble over REST
description:
  - Sends one request to whichever head of the bramble answers, and waits while none does or no node leads.
options:
  method:
    description: What to do. Anything but C(GET) counts as a change.
    type: str
    default: GET
  path:
    description: Where, beneath C(/api/v1).
    type: str
    required: true
  body:
    description: What to send.
    type: dict
  accept:
    description: Refusals by number that are no failures, as C(404) for what is gone already.
    type: list
    elements: int
    default: []
  patience:
    description: Seconds to wait for a head that answers.
    type: int
    default: 60
extends_documentation_fragment: bramble_reach
author: The Bramble project
"""
EXAMPLES = r"""
- name: Look at all nodes
  bramble_api:
    heads: ["https://pi01:8443"]
    authority: "{{ bramble_authority }}"
    token: "{{ bramble_token }}"
    path: /nodes
"""
RETURN = r"""
json:
  description: The answer.
  returned: always
  type: raw
status:
  description: Number of the refusal that was accepted, or 200.
  returned: always
  type: int
"""

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.bramble import REACH, Bramble, Refused, Unreachable


def main():
    module = AnsibleModule(
        argument_spec=dict(
            REACH,
            method=dict(type="str", default="GET"),
            path=dict(type="str", required=True),
            body=dict(type="dict"),
            accept=dict(type="list", elements="int", default=[]),
            patience=dict(type="int", default=60)),
        supports_check_mode=True)
    asked = module.params
    changes = asked["method"] != "GET" and not asked["path"].endswith("/preview")
    if changes and module.check_mode:
        module.exit_json(changed=True, json=None, status=200)
    bramble = Bramble(asked["heads"], asked["authority"], asked["token"], asked["patience"])
    try:
        answer = bramble.ask(asked["method"], asked["path"], asked["body"])
        module.exit_json(changed=changes, json=answer, status=200)
    except Refused as refused:
        if refused.status in asked["accept"]:
            module.exit_json(changed=False, json=refused.problem, status=refused.status)
        module.fail_json(msg=str(refused), status=refused.status, json=refused.problem)
    except Unreachable as silence:
        module.fail_json(msg=str(silence))


if __name__ == "__main__":
    main()
