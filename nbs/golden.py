"""Parity with the published model, for the checks in these notebooks.

Its code ran once on weights and sounds that are drawn from a seed. They are drawn again here, from
each tensor's name. Of what it computed, parity.safetensors keeps every k-th value of each tensor;
`python nbs/golden.py FOLDER` made it, and parity.json, from the whole tensors in FOLDER."""
import json, math, sys, zlib
from pathlib import Path
import numpy as np, torch
from safetensors.torch import load_file, save_file

HERE = Path(__file__).resolve().parent
COMPUTED = "spectrogram_extractor", "logmel_extractor", "relative_position_index", "attn_mask"
KEPT = 5500        # values of a tensor, at most
WHOLE = "greedy", "input_ids"

def sample(x):
    "Every k-th value; k is a prime, so that every row and column is met."
    k = math.ceil(x.numel() / KEPT)
    while k > 1 and any(k % d == 0 for d in range(2, math.isqrt(k) + 1)): k += 1
    return x.flatten()[::k]

def error(ours, theirs):
    "Largest difference over the largest value; `theirs` is a tensor, or the name of a kept one."
    if isinstance(theirs, str): ours, theirs = sample(ours), expected[theirs]
    return ((ours - theirs).abs().max() / theirs.abs().max()).item()

def difference(ours, name):
    "Largest difference from a kept tensor."
    return (sample(ours) - expected[name]).abs().max().item()

def _random(name): return np.random.Generator(np.random.Philox(key=[zlib.crc32(name.encode()), 0]))

def _weight(name, shape):
    "One entry of the published state dict, drawn from its name at a scale that keeps signals alive."
    if name.endswith("num_batches_tracked"): return np.array(100, dtype=np.int64)
    name = name.replace("lm.lm_head.weight", "lm.model.embed_tokens.weight")      # tied
    x = _random(name).standard_normal(tuple(shape), dtype=np.float32)
    fan_in = np.float32(math.sqrt(np.prod(shape[1:])))
    if name.endswith("running_mean"): return (-40 + 5 * x).astype(np.float32)
    if name.endswith("running_var"): return (100 * np.exp(0.2 * x)).astype(np.float32)
    if name.endswith("embed_tokens.weight"): return 0.15 * x
    if "q_proj" in name or "k_proj" in name: return 3 * x / fan_in
    if name.endswith("relative_position_bias_table"): return 0.5 * x
    if len(shape) >= 2: return x / fan_in
    return 0.05 * x if name.endswith("bias") else 1 + 0.1 * x                     # else a norm's weight

def entries(prefix=""):
    "The published weights whose names start with `prefix`, under their published names."
    return {k: torch.as_tensor(_weight(k, shape)) for k, shape in shapes.items()
            if k.startswith(prefix) and not any(c in k for c in COMPUTED)}

def _wave(number, rate=32_000, seconds=10):
    "Two chirps, a tone that swells, bursts of noise, and noise at -60 dB under all of it."
    r, n = _random(f"waveform{number}"), rate * seconds
    t = np.arange(n) / rate
    x = 1e-3 * r.standard_normal(n)
    for _ in range(2):
        low, high = r.uniform(80, 2000), r.uniform(500, 12_000)
        phase = 2 * np.pi * (low * t + (high - low) * t * t / (2 * seconds))
        x += r.uniform(.1, .3) * np.sin(phase)
    tone = r.uniform(.1, .3) * np.sin(2 * np.pi * r.uniform(100, 4000) * t)
    x += tone * (1 + np.sin(2 * np.pi * r.uniform(.5, 6) * t)) / 2
    for _ in range(6):
        start = r.integers(0, n - rate // 2)
        end = start + int(r.uniform(.05, .5) * rate)
        burst = r.uniform(.05, .4) * r.standard_normal(end - start)
        x[start:end] += burst * np.hanning(end - start)
    return np.clip(x, -1, 1).astype(np.float32)

def waves(*numbers):
    "The test signals with these numbers, `(b, 320000)`."
    return torch.stack([torch.from_numpy(_wave(i)) for i in numbers])

if __name__ == "__main__":
    source = Path(sys.argv[1])
    spec = json.loads((source / "v0_state_dict.json").read_text(encoding="utf-8"))
    lines = (f" {json.dumps(k)}: {v['shape']}" for k, v in spec.items())
    (HERE / "parity.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    full = load_file(source / "v0_seed0.safetensors")
    kept = {k: v if k in WHOLE else sample(v).contiguous() for k, v in full.items()}
    save_file(kept, HERE / "parity.safetensors")

shapes = json.loads((HERE / "parity.json").read_text(encoding="utf-8"))
expected = load_file(HERE / "parity.safetensors")
