"""What every module that asks a bramble is told of it."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type


class ModuleDocFragment:
    """Options of module_utils.bramble.REACH."""

    DOCUMENTATION = r"""
options:
  heads:
    description: Addresses of heads, C(https://HOST:PORT).
    type: list
    elements: str
    required: true
  authority:
    description: Certificates of the bramble's authority, in PEM.
    type: str
    required: true
  token:
    description: Token of a user.
    type: str
    required: true
"""
