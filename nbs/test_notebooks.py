"Every notebook runs afresh, and all that is made from them is up to date."
import shutil, subprocess, sys
from pathlib import Path
import nbformat, pytest
from nbclient import NotebookClient
from constraints import pinned, settings
from readme import ROOT, readme

NBS = sorted((ROOT / "nbs").glob("*.ipynb"))

def run(path, start):
    "Run a notebook whose kernel starts in this folder."
    nb = nbformat.read(path, 4)
    NotebookClient(nb, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(start)}}).execute()

@pytest.mark.parametrize("path", NBS, ids=lambda p: p.stem)
def test_runs(path): run(path, ROOT)
def test_runs_from_its_own_folder(): run(ROOT / "nbs" / "01_audio.ipynb", ROOT / "nbs")

@pytest.fixture(scope="module")
def made(tmp_path_factory):
    "A copy of the project in which everything is made again from the notebooks."
    copy = tmp_path_factory.mktemp("made")
    for name in ("nbs", "mellow_min"): shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
    for name in ("settings.ini", "setup.py", "README.md"): shutil.copy(ROOT / name, copy)
    for command in ("nbdev_export", "nbdev_clean"): subprocess.run([Path(sys.executable).with_name(command)], cwd=copy, check=True)
    return copy

def same(made, pattern):
    old, new = ({p.name: p.read_text(encoding="utf-8") for p in sorted(root.glob(pattern))} for root in (ROOT, made))
    assert sorted(old) == sorted(new)
    assert not [name for name in old if old[name] != new[name]], "run: nbdev_export && nbdev_clean"

def test_package_is_exported(made): same(made, "mellow_min/*.py")
def test_notebooks_are_clean(made): same(made, "nbs/*.ipynb")
def test_constraints_name_every_requirement():
    "constraints.txt has one version of everything in settings.ini, and one that settings.ini accepts."
    versions = pinned()
    for r in settings("requirements") + settings("dev_requirements"):
        assert r.name in versions, f"{r.name} is not in constraints.txt; run: python nbs/constraints.py"
        assert r.specifier.contains(versions[r.name], prereleases=True), f"{r}, but {versions[r.name]} in constraints.txt"
def test_readme_is_made(): assert (ROOT / "README.md").read_text(encoding="utf-8") == readme(), "run: python nbs/readme.py"
