"""`judge retrieve` and `judge nga`: the closest pictures of a gallery, and a gallery to search."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from oracle.cli.output import print_table, progress_bar
from oracle.cli.parameters import JSON, NEW_FILE
from oracle.cli.similarity_output import WEIGHTS, note, print_json, save_picture

_PATH = click.Path(exists=True, path_type=Path)


@click.command("retrieve")
@click.argument("query", type=_PATH, required=False)
@click.option("--images", "gallery", required=True, type=_PATH, help="Folder to search.")
@click.option(
    "--features",
    type=click.Choice(["vgg16", "resnet50", "autoencoder", "dps"]),
    default="vgg16",
    show_default=True,
    help="What pictures are compared by.",
)
@click.option(
    "--metric",
    type=click.Choice(["cosine", "euclidean"]),
    default="cosine",
    show_default=True,
    help="Distance between two features.",
)
@click.option(
    "--top-k",
    default=5,
    show_default=True,
    type=click.IntRange(1, 1000),
    help="How many pictures to find.",
)
@click.option("--faces", is_flag=True, help="Compare only the box around all faces.")
@click.option("--index", type=click.Path(file_okay=False, path_type=Path), help="Index folder.")
@click.option("--picture", type=NEW_FILE, help="Sheet to write.")
@click.option("--evaluate", is_flag=True, help="Average SSIM and RMSE of what is found, four rows.")
@click.option("--queries", type=_PATH, help="--evaluate: folder of queries.")
@WEIGHTS
@JSON
def retrieve_command(query: Path | None, evaluate: bool, as_json: bool, **options: Any) -> int:
    """Which pictures of a gallery are closest to QUERY?

    Features are extracted once and kept in an index; only new and changed files are read again.
    With --evaluate, every fifth picture (or each of --queries) is a query in turn.

    \b
      judge retrieve portrait.jpg --images paintings/ --picture found.png
      judge retrieve portrait.jpg --images paintings/ --features resnet50 --faces
      judge retrieve --images paintings/ --evaluate
    """
    if evaluate:
        return _evaluate(options, as_json)
    if query is None:
        raise click.UsageError("name a QUERY image, or --evaluate")
    from scoring.similarity.reading import read_image
    from scoring.similarity.retrieval import READ_SIDE

    looked_at = read_image(query, max_side=READ_SIDE)
    with progress_bar() as progress:
        gallery = _open(options, options["features"], options["faces"], progress)
        found = gallery.query(query, options["top_k"], options["metric"])
    _tell_left_out(gallery.left_out)
    if as_json:
        print_json({"query": query, "found": [dataclasses.asdict(n) for n in found]})
    else:
        rows = [(rank, f"{n.distance:.4f}", n.path) for rank, n in enumerate(found, start=1)]
        print_table(("rank", f"{options['metric']} distance", "picture"), rows)
    if options["picture"] is not None:
        save_picture(options["picture"], _sheet(query, looked_at, found))
    return 0


def _open(options: dict[str, Any], features: str, faces: bool, progress: Any) -> Any:
    from scoring.similarity.faces import face_cropper
    from scoring.similarity.retrieval import open_gallery, open_index_folder

    return open_gallery(
        options["gallery"],
        _embedding(features, options["gallery"], options["weights"], progress),
        crop=face_cropper(options["weights"]) if faces else None,
        index_folder=open_index_folder(options["index"], features, faces),
        progress=progress,
    )


def _embedding(features: str, gallery: Path, weights: Path | None, progress: Any) -> Any:
    from scoring.similarity import embedding
    from scoring.similarity.latent import gallery_space

    if features == "autoencoder":
        return gallery_space(gallery, progress)
    made: dict[str, Callable[[Path | None], Any]] = {
        "vgg16": embedding.vgg16,
        "resnet50": embedding.resnet50,
        "dps": embedding.perceptual,
    }
    return made[features](weights)


def _sheet(query: Path, looked_at: Any, found: list[Any]) -> Any:
    from scoring.similarity.montage import Tile, contact_sheet
    from scoring.similarity.reading import read_image
    from scoring.similarity.retrieval import READ_SIDE

    tiles = [Tile(looked_at, "query", query.name, framed=True)]
    for rank, neighbour in enumerate(found, start=1):
        pixels = read_image(neighbour.path, max_side=READ_SIDE)
        tiles.append(Tile(pixels, f"{rank}.  {neighbour.distance:.4f}", neighbour.path.name))
    return contact_sheet(tiles)


def _evaluate(options: dict[str, Any], as_json: bool) -> int:
    from scoring.similarity import retrieval_evaluation as evaluation
    from scoring.similarity.reading import image_files

    files = image_files(options["gallery"])
    asked = options["queries"]
    queries = image_files(asked) if asked else evaluation.default_queries(files)
    with progress_bar() as progress:

        def opener(features: str, faces: bool) -> Callable[[], Any]:
            return lambda: _open(options, features, faces, progress)

        galleries = {name: opener(*row) for name, row in evaluation.ROWS.items()}
        rows, left_out = evaluation.evaluate(
            galleries, queries, options["top_k"], options["metric"], progress
        )
    _tell_left_out(left_out)
    if as_json:
        print_json([dataclasses.asdict(row) for row in rows])
    else:
        table = [(row.name, f"{row.ssim:.6f}", f"{row.rmse:.6f}", row.queries) for row in rows]
        print_table(("features", "average SSIM", "average RMSE", "queries"), table)
    return 0


def _tell_left_out(left_out: list[Any]) -> None:
    for path, reason in dict.fromkeys((bad.path, bad.reason) for bad in left_out):
        note(f"left out {path}: {reason}")


@click.command("nga")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--limit",
    default=155,
    show_default=True,
    type=click.IntRange(min=1),
    help="How many paintings to download.",
)
@click.option(
    "--side",
    default=512,
    show_default=True,
    type=click.IntRange(16, 4096),
    help="Longest side of a picture, in pixels.",
)
@click.option("--tables-url", help="Where the tables are, if not at their publisher.")
@JSON
def nga_command(folder: Path, limit: int, side: int, tables_url: str | None, as_json: bool) -> int:
    """Download paintings of the National Gallery of Art (CC0) into FOLDER.

    Objects with a "painted surface" in the open-data tables, their primary pictures, in order of
    object id. What is in FOLDER already is not fetched again.
    """
    from scoring.similarity.nga import TABLES_URL, OpenData

    source = OpenData(tables_url or TABLES_URL)
    with progress_bar() as progress:
        chosen = source.paintings()[:limit]
        fetched = source.fetch(chosen, folder, side=side, progress=progress)
    for painting, reason in fetched.failed:
        note(f"left out {painting.object_id}: {reason}")
    counts = {"new": fetched.new, "kept": fetched.kept, "failed": len(fetched.failed)}
    if as_json:
        print_json(counts)
    else:
        note(f"{fetched.new} new, {fetched.kept} there already, {len(fetched.failed)} failed")
    return 1 if fetched.failed else 0
