"Mellow, a small audio-language model, rebuilt from the waveform to the answer."
__version__ = "0.1.0"
import sys
from pathlib import Path
from mellow_min.config import AudioConfig, HTSATConfig, LMConfig, MellowConfig, MellowError, need
try:
    for name in ("torch", "numpy", "einops", "tqdm"): need(name)
except ImportError as e:
    if Path(sys.argv[0]).stem in ("mellow", "-m"):         # a command shows no traceback
        print(f"mellow: {e}", file=sys.stderr)
        sys.exit(2)
    raise
from mellow_min import sampler
from mellow_min.checkpoint import save
from mellow_min.inference import Listener, MellowWrapper, load
from mellow_min.mellow import Mellow
from mellow_min.text import Tokenizer, smollm2_from_wheel
