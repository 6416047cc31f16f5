#!/usr/bin/python
"""Makes a signed apt source of .deb files."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: bramble_index
short_description: Make a signed apt source of .deb files
description:
  - Puts files into C(HOME/served) with an index of them, signed with a key that it makes at first and keeps in
    C(HOME/gnupg). Needs dpkg-deb and gpg. What is there already and right stays as it is.
options:
  home:
    description: Folder for the key and for what is served.
    type: path
    required: true
  packages:
    description: Files to serve.
    type: list
    elements: path
    required: true
  folder:
    description: Folder of more of them; empty for none.
    type: str
    default: ""
  name:
    description: What the source is called.
    type: str
    default: bramble
  not_after:
    description: Latest time of the signature, in seconds since 1970. Whose clock is before a signature refuses it.
    type: int
    required: true
author: The Bramble project
"""
EXAMPLES = r"""
- name: Index and sign
  bramble_index:
    home: /home/ada/.local/share/bramble/source
    packages: [bramble-agent.deb, bramble-dashboard.deb]
    not_after: 1790000000
"""
RETURN = r"""
files:
  description: What is in C(HOME/served), the index last, as sha256sum says it. None in a check.
  returned: always
  type: list
  elements: str
"""

import email.utils
import glob
import hashlib
import os
import shutil
import subprocess
import time

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.bramble import newest, source_index

# The key is older than every signature: boards may think that it is some time ago, but not before they were made.
KEY_TIME = 1735689600
INDEX = ["Packages", "Release", "InRelease"]


class Wrong(Exception):
    """What somebody has to mend."""


def run(words, **more):
    try:
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, **more)
    except OSError as failure:
        raise Wrong("%s cannot be run on this machine (%s): install %s" % (
            words[0], failure, {"gpg": "gnupg", "dpkg-deb": "dpkg"}.get(words[0], words[0])))
    if done.returncode != 0:
        raise Wrong("%s: %s" % (words[0], done.stderr.strip()[-500:]))
    return done.stdout


def digest(path):
    found = hashlib.sha256()
    with open(path, "rb") as opened:
        for block in iter(lambda: opened.read(1 << 20), b""):
            found.update(block)
    return found.hexdigest()


def describe(path):
    """A package as the index has it."""
    control = run(["dpkg-deb", "--field", path])
    fields = dict(line.split(": ", 1) for line in control.splitlines() if ": " in line and not line.startswith(" "))
    # As apt-get download calls files: an epoch's colon is no good in a name.
    name = "%s_%s_%s.deb" % (fields["Package"], fields["Version"].replace(":", "%3a"), fields["Architecture"])
    return {"path": path, "package": fields["Package"], "version": fields["Version"], "name": name.replace("%", "_"),
            "control": control, "size": os.path.getsize(path), "sha256": digest(path)}


class Signer:
    """The key of one folder."""

    def __init__(self, folder):
        self.gpg = ["gpg", "--homedir", folder, "--batch", "--no-tty", "--quiet", "--passphrase", "",
                    "--pinentry-mode", "loopback"]
        self.folder = folder

    def has_key(self):
        return os.path.isdir(self.folder) and bool(run(self.gpg + ["--list-secret-keys"]).strip())

    def make_key(self, name):
        if not os.path.isdir(self.folder):
            os.makedirs(self.folder, 0o700)
        run(self.gpg + ["--faked-system-time", "%d!" % KEY_TIME, "--quick-generate-key", "Packages of %s" % name,
                        "ed25519", "sign", "never"])

    def public(self):
        return run(self.gpg + ["--armor", "--export"])

    def sign(self, text, at):
        return run(self.gpg + ["--faked-system-time", "%d!" % at, "--digest-algo", "SHA512", "--clear-sign"],
                   input=text)

    def end(self):
        """Leaves no agent of gpg behind."""
        subprocess.call(["gpgconf", "--homedir", self.folder, "--kill", "all"], stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL)


def read(path):
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as opened:
        return opened.read()


def write(path, text):
    with open(path + ".new", "w", encoding="utf-8") as opened:
        opened.write(text)
    os.chmod(path + ".new", 0o644)
    os.rename(path + ".new", path)


def date_of(release):
    """When it was signed, in seconds since 1970; None when that is not known."""
    dates = [line[6:] for line in release.splitlines() if line.startswith("Date: ")]
    return email.utils.mktime_tz(email.utils.parsedate_tz(dates[0])) if dates else None


def put(package, served):
    target = os.path.join(served, package["name"])
    if os.path.exists(target) and os.path.getsize(target) == package["size"] and digest(target) == package["sha256"]:
        return False
    shutil.copyfile(package["path"], target + ".new")
    os.chmod(target + ".new", 0o644)
    os.rename(target + ".new", target)
    return True


def main():
    module = AnsibleModule(
        argument_spec=dict(
            home=dict(type="path", required=True),
            packages=dict(type="list", elements="path", required=True),
            folder=dict(type="str", default=""),
            name=dict(type="str", default="bramble"),
            not_after=dict(type="int", required=True)),
        supports_check_mode=True)
    asked = module.params
    try:
        changed, files = make(asked, module.check_mode)
    except Wrong as wrong:
        module.fail_json(msg="the source of packages cannot be made: %s" % wrong)
    module.exit_json(changed=changed, files=files)


def make(asked, is_check):
    if asked["folder"] and not os.path.isdir(asked["folder"]):
        raise Wrong("bramble_source_folder is %s, which is no folder here" % asked["folder"])
    more = sorted(glob.glob(os.path.join(glob.escape(asked["folder"]), "*.deb"))) if asked["folder"] else []
    if asked["folder"] and not more:
        raise Wrong("bramble_source_folder is %s, in which no .deb file is" % asked["folder"])
    packages = newest([describe(path) for path in asked["packages"] + more])
    files = [package["name"] for package in packages] + INDEX
    served = os.path.join(asked["home"], "served")
    listing, release = source_index(packages, asked["name"])
    old = read(os.path.join(served, "Release"))
    signed_at = date_of(old)
    is_as_wanted = (signed_at is not None and signed_at <= asked["not_after"]
                    and read(os.path.join(served, "Packages")) == listing
                    and old == release % email.utils.formatdate(signed_at, usegmt=True))
    signer = Signer(os.path.join(asked["home"], "gnupg"))
    try:
        is_as_wanted = is_as_wanted and signer.has_key() and os.path.exists(os.path.join(served, "InRelease"))
        if is_check:
            return not is_as_wanted, []
        os.makedirs(served, mode=0o755, exist_ok=True)
        has_put = [package["name"] for package in packages if put(package, served)]
        if not is_as_wanted:
            if not signer.has_key():
                signer.make_key(asked["name"])
            at = max(KEY_TIME, min(int(time.time()), asked["not_after"]))
            release = release % email.utils.formatdate(at, usegmt=True)
            write(os.path.join(asked["home"], "key.asc"), signer.public())
            write(os.path.join(served, "Packages"), listing)
            write(os.path.join(served, "InRelease"), signer.sign(release, at))
            # Last: what says that all before is there.
            write(os.path.join(served, "Release"), release)
        for name in set(os.listdir(served)) - set(files):
            os.remove(os.path.join(served, name))
        return (bool(has_put) or not is_as_wanted,
                ["%s  %s" % (digest(os.path.join(served, name)), name) for name in files])
    finally:
        signer.end()


if __name__ == "__main__":
    main()
