"""Write the reference numbers of NVSim that the circuit tests compare with.

NVSim (X. Dong et al., IEEE Trans. CAD 31(7), 2012; revision 6334d00) is neither part of this project nor needed by its
tests: they read the CSV files beside this script. To produce those again, give the path of its binary:

    NVSIM_BINARY=/path/to/nvsim python tests/peers/make_nvsim.py forced silicon

``forced`` evaluates one given organisation per row (milliseconds), ``silicon`` lets it search (minutes per row).
``nvsim_technology.csv`` holds the constants that its Technology and Wire objects and its transistor formulas return for
the forced rows (SI units); the program does not print them, so this script does not write that file.

For the record of speed: its own sample of an 8 MB STT-MRAM cache, built with -std=c++11 -O3, took 35.5 s wall (32.8 s
of one core) on a 2-core x86-64 machine; the ten searches of ``silicon`` on large
MRAM took 490 s of one core, the 22 others some 20 minutes.

Everything is SI in the CSV files, except the areas of cells and widths of transistors that NVSim takes in F^2 and F.
"""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path

HERE = Path(__file__).parent
PREFIX = {"": 1.0, "m": 1e-3, "u": 1e-6, "n": 1e-9, "p": 1e-12, "f": 1e-15}
NUMBER = re.compile(r"^([-+]?[0-9.]+(?:e[-+]?\d+)?)\s*([munpf]?)(s|J|W|m)(\^2)?\b")


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What NVSim asks of a cell: area in F^2, aspect ratio height over width, widths in F, else SI."""

    kind: str
    area: float
    aspect: float
    access_width: float
    resistance_on: float = 0.0
    resistance_off: float = 0.0
    read_voltage: float = 0.0
    read_current: float = 0.0
    read_power: float = 0.0
    sense_voltage: float = 0.0
    write_current: float = 0.0
    write_pulse: float = 0.0
    set_pulse: float = 0.0
    access_drop: float = 0.0
    sram_n_width: float = 0.0
    sram_p_width: float = 0.0

    def text(self) -> str:
        """Return NVSim's cell file."""
        lines = [f"-MemCellType: {self.kind}", f"-CellArea (F^2): {self.area}", f"-CellAspectRatio: {self.aspect}"]
        if self.kind == "SRAM":
            lines += [
                "-ReadMode: voltage",
                f"-SRAMCellNMOSWidth (F): {self.sram_n_width}",
                f"-SRAMCellPMOSWidth (F): {self.sram_p_width}",
            ]
        else:
            lines += [self._resistances(), f"-ReadMode: {'voltage' if self.read_current else 'current'}"]
            if self.read_current:
                lines += [f"-ReadCurrent (uA): {self.read_current * 1e6}"]
            else:
                lines += [f"-ReadVoltage (V): {self.read_voltage}", f"-ReadPower (uW): {self.read_power * 1e6}"]
            if self.sense_voltage:
                lines += [f"-MinSenseVoltage (mV): {self.sense_voltage * 1e3}"]
            for name, pulse in (("Reset", self.write_pulse), ("Set", self.set_pulse or self.write_pulse)):
                lines += [
                    f"-{name}Mode: current",
                    f"-{name}Current (uA): {self.write_current * 1e6}",
                    f"-{name}Pulse (ns): {pulse * 1e9}",
                ]
            lines += [f"-VoltageDropAccessDevice (V): {self.access_drop}"]
        return "\n".join([*lines, "-AccessType: CMOS", f"-AccessCMOSWidth (F): {self.access_width}", ""])

    def _resistances(self) -> str:
        if self.kind != "memristor":
            return f"-ResistanceOn (ohm): {self.resistance_on}\n-ResistanceOff (ohm): {self.resistance_off}"
        lines = [
            f"-Resistance{state}At{voltage}Voltage (ohm): {value}"
            for voltage in ("Set", "Reset", "Read")
            for state, value in (("On", self.resistance_on), ("Off", self.resistance_off))
        ]
        return "\n".join([*lines, f"-ResistanceOnAtHalfResetVoltage (ohm): {self.resistance_on}"])


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """One forced organisation: mats of a bank, subarrays of a mat (all active), cells of a subarray, multiplexers."""

    rows: int
    columns: int
    sense_mux: int
    level1_mux: int = 1
    level2_mux: int = 1
    mat_rows: int = 1
    mat_columns: int = 1
    active_mat_rows: int = 1
    active_mat_columns: int = 1
    subarray_rows: int = 1
    subarray_columns: int = 1

    @property
    def capacity_bits(self) -> int:
        """Bits of the bank."""
        per_mat = self.rows * self.columns * self.subarray_rows * self.subarray_columns
        return per_mat * self.mat_rows * self.mat_columns

    @property
    def word_bits(self) -> int:
        """Bits out of the active mats."""
        per_subarray = self.columns // (self.sense_mux * self.level1_mux * self.level2_mux)
        per_mat = per_subarray * self.subarray_rows * self.subarray_columns
        return per_mat * self.active_mat_rows * self.active_mat_columns

    def text(self) -> str:
        """Return the lines that force it."""
        bank = f"{self.mat_rows}x{self.mat_columns}, {self.active_mat_rows}x{self.active_mat_columns}"
        mat = f"{self.subarray_rows}x{self.subarray_columns}"
        return (
            f"-ForceBank (Total AxB, Active CxD): {bank}\n-ForceMat (Total AxB, Active CxD): {mat}, {mat}\n"
            f"-ForceMuxSenseAmp: {self.sense_mux}\n-ForceMuxOutputLev1: {self.level1_mux}\n"
            f"-ForceMuxOutputLev2: {self.level2_mux}\n"
        )


STT = Cell(
    kind="MRAM",
    area=54,
    aspect=0.54,
    access_width=8,
    resistance_on=3000,
    resistance_off=6000,
    read_voltage=0.25,
    read_power=30e-6,
    sense_voltage=25e-3,
    write_current=80e-6,
    write_pulse=10e-9,
    access_drop=0.15,
)
STT_LARGE = Cell(
    kind="MRAM",
    area=100,
    aspect=1.0,
    access_width=12,
    resistance_on=3000,
    resistance_off=8400,
    read_voltage=0.15,
    read_power=15e-6,
    sense_voltage=25e-3,
    write_current=120e-6,
    write_pulse=50e-9,
    access_drop=0.15,
)
SRAM = Cell(kind="SRAM", area=146, aspect=1.46, access_width=1.31, sram_n_width=2.08, sram_p_width=1.23)
PCM = Cell(
    kind="PCRAM",
    area=40,
    aspect=1.0,
    access_width=6,
    resistance_on=10000,
    resistance_off=1000000,
    read_current=10e-6,
    sense_voltage=25e-3,
    write_current=200e-6,
    write_pulse=50e-9,
    set_pulse=150e-9,
    access_drop=0.3,
)
RERAM = Cell(
    kind="memristor",
    area=53,
    aspect=1.0,
    access_width=8,
    resistance_on=10000,
    resistance_off=100000,
    read_voltage=0.3,
    read_power=9e-6,
    sense_voltage=25e-3,
    write_current=80e-6,
    write_pulse=100e-9,
    access_drop=0.15,
)


def forced_points() -> list[tuple[str, Cell, int, str, int, Organisation]]:
    """Return the points: name of the cell, cell, node in nm, roadmap, kelvin, organisation."""
    points: list[tuple[str, Cell, int, str, int, Organisation]] = []
    shapes = [(128, 128), (128, 512), (256, 256), (256, 1024), (512, 512), (1024, 256), (1024, 1024), (2048, 512)]
    for rows, columns in shapes:
        one = Organisation(rows=rows, columns=columns, sense_mux=8)
        points.append(("stt", STT, 22, "LOP", 300, one))
        points.append(("stt-large", STT_LARGE, 22, "LSTP", 350, one))
        points.append(("sram", SRAM, 22, "LOP", 300, Organisation(rows=rows, columns=columns, sense_mux=4)))
        points.append(("pcm", PCM, 45, "LOP", 300, one))
        points.append(("reram", RERAM, 45, "LOP", 300, one))
    middle = Organisation(rows=512, columns=512, sense_mux=16)
    for node in (90, 65, 45, 32, 28, 22):
        for roadmap in ("LOP", "LSTP", "HP"):
            points.append(("stt", STT, node, roadmap, 300, middle))
            points.append(("sram", SRAM, node, roadmap, 300, middle))
    quad = {"subarray_rows": 2, "subarray_columns": 2}
    banks = [
        Organisation(rows=512, columns=512, sense_mux=16, **quad),
        Organisation(rows=512, columns=512, sense_mux=16, mat_rows=2, mat_columns=2, active_mat_columns=2, **quad),
        Organisation(rows=512, columns=1024, sense_mux=16, mat_rows=4, mat_columns=4, active_mat_columns=4, **quad),
        Organisation(rows=512, columns=1024, sense_mux=16, mat_rows=8, mat_columns=8, active_mat_columns=2, **quad),
    ]
    for bank in banks:
        points.append(("stt", STT, 22, "LOP", 300, bank))
        points.append(("sram", SRAM, 22, "LOP", 300, bank))
    return points


@dataclass(frozen=True, kw_only=True)
class Chip:
    """NVSim's inputs for a chip of the silicon table; ``assumed`` names those that no source gives."""

    name: str
    node: int
    bits: int
    word: int
    cell_um2: float
    ratio: float
    pulse: float = 0.0
    assumed: str
    kind: str = "MRAM"
    roadmap: str = "LOP"

    @property
    def cell(self) -> Cell:
        """Return the cell, its resistances and currents those of a usual junction, of a usual ReRAM or SRAM cell."""
        area = round(self.cell_um2 * 1e6 / self.node**2, 3)
        if self.kind == "SRAM":
            return replace(SRAM, area=area)
        if self.kind == "memristor":
            return replace(RERAM, area=area, write_pulse=self.pulse)
        return Cell(
            kind="MRAM",
            area=area,
            aspect=1.0,
            access_width=8,
            resistance_on=3000,
            resistance_off=3000 * self.ratio,
            read_voltage=0.15,
            read_power=15e-6,
            sense_voltage=25e-3,
            write_current=100e-6,
            write_pulse=self.pulse,
            access_drop=0.15,
        )


MEGA = 1 << 20
ALWAYS_ASSUMED = "aspect access_width resistance_on read_voltage read_power sense_voltage write_current roadmap"
CHIPS = [
    Chip(
        name="umich-28-mram",
        node=28,
        bits=MEGA,
        word=64,
        cell_um2=75 * 28**2 * 1e-6,
        ratio=2.0,
        pulse=20e-9,
        assumed="word ratio cell(survey, 75 F^2)",
    ),
    Chip(
        name="intel-22ffl-mram",
        node=22,
        bits=8 * MEGA,
        word=128,
        cell_um2=0.0486,
        ratio=2.8,
        pulse=80e-9,
        assumed="bits(7Mb run as 8Mb) word pulse(survey)",
    ),
    Chip(
        name="toshiba-65-mram-2015",
        node=65,
        bits=MEGA,
        word=256,
        cell_um2=0.450,
        ratio=2.0,
        pulse=3e-9,
        assumed="ratio cell(survey: macro area x area efficiency)",
    ),
    Chip(
        name="tsmc-40-mram",
        node=40,
        bits=16 * MEGA,
        word=64,
        cell_um2=0.066,
        ratio=2.0,
        pulse=50e-9,
        assumed="word ratio pulse cell(survey)",
    ),
    Chip(
        name="tsmc-22ull-mram",
        node=22,
        bits=32 * MEGA,
        word=128,
        cell_um2=0.0456,
        ratio=2.0,
        pulse=50e-9,
        assumed="word ratio pulse cell(survey)",
    ),
    Chip(
        name="toshiba-65-mram-2013",
        node=65,
        bits=MEGA,
        word=256,
        cell_um2=0.450,
        ratio=2.0,
        pulse=3e-9,
        assumed="ratio pulse cell(that of 2015)",
    ),
    Chip(
        name="nthu-22-mram",
        node=22,
        bits=MEGA,
        word=1024,
        cell_um2=0.0456,
        ratio=2.0,
        pulse=50e-9,
        assumed="ratio pulse cell(22ULL, survey)",
    ),
    Chip(
        name="intel-l4-mram",
        node=22,
        bits=16 * MEGA,
        word=128,
        cell_um2=0.0486,
        ratio=2.0,
        pulse=20e-9,
        assumed="word ratio cell(22FFL)",
    ),
    Chip(
        name="qualcomm-40-mram",
        node=40,
        bits=MEGA,
        word=128,
        cell_um2=0.066,
        ratio=2.0,
        pulse=20e-9,
        assumed="word ratio cell(survey, another chip)",
    ),
    Chip(
        name="fudan-130-reram",
        node=130,
        bits=8 * MEGA,
        word=128,
        cell_um2=0.338,
        ratio=10.0,
        pulse=100e-9,
        assumed="word pulse",
        kind="memristor",
    ),
    Chip(
        name="renesas-65-sotb-sram",
        node=65,
        bits=MEGA,
        word=64,
        cell_um2=0.525,
        ratio=1.0,
        assumed="bits word cell(bulk, 65 nm)",
        kind="SRAM",
        roadmap="LSTP",
    ),
    *(
        Chip(
            name=f"ihp-130-sram-{words}x{word}",
            node=130,
            bits=words * word,
            word=word,
            cell_um2=3.0067,
            ratio=1.0,
            assumed="widths",
            kind="SRAM",
            roadmap="LSTP",
        )
        for words, word in ((256, 64), (1024, 64), (2048, 64), (8192, 32))
    ),
    Chip(
        name="efabless-130-sram",
        node=130,
        bits=32768,
        word=32,
        cell_um2=1.896,
        ratio=1.0,
        assumed="widths cell(another sky130 SRAM)",
        kind="SRAM",
        roadmap="LSTP",
    ),
]


def evaluate(
    binary: Path,
    cell: Cell,
    node: int,
    roadmap: str,
    kelvin: int,
    bits: int,
    word: int,
    *,
    organisation: Organisation | None = None,
    target: str = "ReadLatency",
    buffers: str = "latency",
) -> dict[str, float | str]:
    """Run NVSim once and return its results in SI; empty where it finds no solution."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "peer.cell").write_text(cell.text(), encoding="utf-8")
        config = (
            f"-DesignTarget: RAM\n-OptimizationTarget: {target}\n-ProcessNode: {node}\n"
            f"-Capacity (KB): {bits // 8192}\n-WordWidth (bit): {word}\n-DeviceRoadmap: {roadmap}\n"
            "-LocalWireType: LocalAggressive\n-LocalWireRepeaterType: RepeatedNone\n-LocalWireUseLowSwing: No\n"
            "-GlobalWireType: GlobalAggressive\n-GlobalWireRepeaterType: RepeatedNone\n-GlobalWireUseLowSwing: No\n"
            "-Routing: H-tree\n-InternalSensing: true\n-MemoryCellInputFile: peer.cell\n"
            f"-Temperature (K): {kelvin}\n-BufferDesignOptimization: {buffers}\n"
        )
        (Path(folder) / "peer.cfg").write_text(config + (organisation.text() if organisation else ""), encoding="utf-8")
        done = subprocess.run([binary, "peer.cfg"], cwd=folder, capture_output=True, text=True, check=False)
    return parse(done.stdout)


def parse(text: str) -> dict[str, float | str]:
    """Return what NVSim printed as a flat table; parts of read, write, set, reset and leakage begin with that name."""
    found: dict[str, float | str] = {}
    part = ""
    for line in text.partition("CONFIGURATION")[2].splitlines():
        name, _, value = (
            piece.strip(" |-:") for piece in re.sub(r"[-|]{2,}", "", line).replace(":", "=", 1).partition("=")
        )
        if value.endswith(("Rows x", "Columns")) or name == "Subarray Size":
            found["rows"], found["columns"] = re.findall(r"\d+", value)
        elif name in ("Bank Organization", "Mat Organization"):
            key = "mat" if name.startswith("Bank") else "subarray"
            found[f"{key}_rows"], found[f"{key}_columns"] = re.findall(r"\d+", value)
        elif name in ("Senseamp Mux", "Output Level-1 Mux", "Output Level-2 Mux"):
            found[{"S": "sense_mux", "1": "level1_mux", "2": "level2_mux"}[name[0] if name[0] == "S" else name[13]]] = (
                value
            )
        elif name == "Area Efficiency":
            found["area_efficiency"] = float(value.rstrip("%")) / 100
        else:
            area = re.search(r"= *([0-9.]+)(u|m)m\^2", value)
            plain = NUMBER.match(value)
            if area:
                found[_key(name)] = float(area[1]) * PREFIX[area[2]] ** 2
            elif plain:
                head = re.match(r"(Read|Write|SET|RESET) (Latency|Dynamic Energy)$|Leakage Power$", name)
                part = (head[1] or "leakage").lower() if head else part
                key = _key(name) if head else f"{part}_{_key(name)}"
                found.setdefault(key, float(plain[1]) * PREFIX[plain[2]])
    return found


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower().replace("non-h-tree", "h-tree").replace("& ", "")).strip("_")


def write(path: Path, rows: list[dict[str, object]]) -> None:
    """Write a CSV with the union of the columns, in order of first appearance."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        table.writeheader()
        table.writerows({key: f"{v:.6g}" if isinstance(v, float) else v for key, v in row.items()} for row in rows)


def forced(binary: Path) -> None:
    """Write nvsim_forced.csv."""
    rows: list[dict[str, object]] = []
    for name, cell, node, roadmap, kelvin, shape in forced_points():
        result = evaluate(binary, cell, node, roadmap, kelvin, shape.capacity_bits, shape.word_bits, organisation=shape)
        if "read_latency" not in result:
            continue
        inputs = {"cell": name, "node_nm": node, "roadmap": roadmap, "temperature_k": kelvin}
        geometry = {f"cell_{key}": value for key, value in asdict(cell).items()}
        width = {"capacity_bits": shape.capacity_bits, "word_bits": shape.word_bits}
        outputs = {key: value for key, value in result.items() if key not in asdict(shape)}
        rows.append({**inputs, **asdict(shape), **width, **geometry, **outputs})
    write(HERE / "nvsim_forced.csv", rows)


def silicon(binary: Path) -> None:
    """Write nvsim_silicon.csv: the answer with the shortest read and the one with the smallest area, wires fixed."""
    tasks = [(chip, *goal) for chip in CHIPS for goal in (("ReadLatency", "latency"), ("Area", "area"))]
    with ThreadPoolExecutor(max_workers=2) as pool:
        rows = list(pool.map(lambda task: _searched(binary, *task), tasks))
    write(HERE / "nvsim_silicon.csv", rows)


def _searched(binary: Path, chip: Chip, target: str, buffers: str) -> dict[str, object]:
    result = evaluate(
        binary, chip.cell, chip.node, chip.roadmap, 300, chip.bits, chip.word, target=target, buffers=buffers
    )
    known = {"chip": chip.name, "target": target, "node_nm": chip.node, "roadmap": chip.roadmap, "temperature_k": 300}
    size = {"capacity_bits": chip.bits, "word_bits": chip.word, "assumed": f"{ALWAYS_ASSUMED} {chip.assumed}"}
    geometry = {f"cell_{key}": value for key, value in asdict(chip.cell).items()}
    return {**known, **size, **geometry, **result}


if __name__ == "__main__":
    program = Path(os.environ["NVSIM_BINARY"]).resolve()
    for task in sys.argv[1:]:
        {"forced": forced, "silicon": silicon}[task](program)
