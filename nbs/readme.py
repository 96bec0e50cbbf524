"Make README.md from index.ipynb: `python nbs/readme.py`."
import re
from pathlib import Path
from nbconvert import MarkdownExporter
import nbformat

ROOT = Path(__file__).resolve().parent.parent

def readme():
    "The text of README.md; cells that start with `#| hide` are left out, pictures are taken from nbs/images."
    nb = nbformat.read(ROOT / "nbs/index.ipynb", 4)
    nb.cells = [c for c in nb.cells if not c.source.startswith("#| hide")]
    nb.metadata["language_info"] = {"name": "python"}     # nbdev_clean removes it; it names the language of the code blocks
    text, _ = MarkdownExporter().from_notebook_node(nb)
    text = re.sub(r"\]\(images/", "](nbs/images/", text)
    text = re.sub(r"\]\((\w+\.ipynb)", r"](nbs/\1", text)
    return re.sub(r"\]\(\.\./", "](", re.sub(r"\n{3,}", "\n\n", text)).strip() + "\n"

if __name__ == "__main__": (ROOT / "README.md").write_text(readme(), encoding="utf-8")
