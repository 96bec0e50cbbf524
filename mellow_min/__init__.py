"Mellow, a small audio-language model, rebuilt from the waveform to the answer."
__version__ = "0.1.0"
from mellow_min import sampler
from mellow_min.checkpoint import save
from mellow_min.config import AudioConfig, HTSATConfig, LMConfig, MellowConfig, MellowError
from mellow_min.inference import Listener, MellowWrapper, load
from mellow_min.mellow import Mellow
from mellow_min.text import Tokenizer, smollm2_from_wheel
