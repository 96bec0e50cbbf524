"Parity data of the published model for the checks in these notebooks; where it is absent (see MELLOW_GOLDEN) those checks are skipped."
import importlib.util, os
from pathlib import Path
import torch

FOLDER = Path(os.environ.get("MELLOW_GOLDEN", "../../shared/golden"))
available = (FOLDER / "v0_seed0.safetensors").is_file()
if available:
    from safetensors.torch import load_file
    expected = load_file(FOLDER / "v0_seed0.safetensors")        # what the published code computed
    _spec = importlib.util.spec_from_file_location("recipe", FOLDER / "recipe.py")
    recipe = importlib.util.module_from_spec(_spec); _spec.loader.exec_module(recipe)

def waves(*numbers):
    "The test signals with these numbers, `(b, 320000)`."
    return torch.stack([torch.from_numpy(recipe.waveform(i)) for i in numbers])

def entries(prefix=""):
    "The published weights whose names start with `prefix`, under their published names."
    import json
    names = json.loads((FOLDER / "v0_state_dict.json").read_text())
    return {k: torch.as_tensor(recipe.tensor(k, v["shape"])) for k, v in names.items() if k.startswith(prefix) and not any(c in k for c in recipe.COMPUTED)}

def error(ours, theirs): "Largest difference over the largest value."; return ((ours - theirs).abs().max() / theirs.abs().max()).item()
