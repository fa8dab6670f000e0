"""How large the layer is that is uploaded: `python -m bench.size`, after `make build`."""

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from bench.report import publish

LAYER = Path(".aws-sam/build/RelyingPartyLayerArm64")
MEBIBYTE = 2**20
TARGETS = {"layer_zip_mib": 6.6}


def main() -> None:
    """Measure, print and write down."""
    files = sorted(path for path in LAYER.rglob("*") if path.is_file())
    if not files:
        raise SystemExit("nothing is built here: run `make build`")
    compiled = sum(path.suffix == ".pyc" for path in files)
    publish(
        {
            "layer_zip_mib": round(zipped(files) / MEBIBYTE, 2),
            "layer_mib": round(sum(path.stat().st_size for path in files) / MEBIBYTE, 2),
            "layer_files": len(files),
        },
        TARGETS,
    )
    print(f"{LAYER.name}, zipped as `sam deploy` zips it; {compiled} files of bytecode.")


def zipped(files: list[Path]) -> int:
    """Return the octets of the archive, with the compression that SAM's own has."""
    archive = BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED) as layer:
        for path in files:
            layer.write(path, path.relative_to(LAYER))
    return archive.getbuffer().nbytes


if __name__ == "__main__":
    main()
