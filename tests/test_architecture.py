"""The shape of the code: imports run one way, big libraries stay in their rooms, pages can be deleted.

One list says the order. The source is read, not run; one test starts a fresh interpreter.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

ORDER = (
    "rooms",
    "errors",
    "formats",
    "remedies",
    "files",
    "tables",
    "settings",
    "records",
    "protocols",
    "datasets",
    "virtues",
    "training",
    "simulate",
    "store",
    "effort",
    "statistics",
    "analysis",
    "campaigns",
    "planning",
    "wording",
    "figures",
    "reports",
    "cli",
    "__main__",
)
"""Entries of `simulator/`: each imports only from entries above its own."""

ROOMS = {
    "torch": ("simulator/training/",),
    "torchvision": ("simulator/training/",),
    "segmentation_models_pytorch": ("simulator/training/",),
    "streamlit": ("app.py", "pages/"),
    "diskcache": ("simulator/store/",),
    "typer": ("simulator/cli/",),
}
"""Library → the only places that may import it."""

WITHOUT_TORCH = tuple(entry for entry in ORDER if entry not in {"training", "simulate", "__main__"})
"""Entries that must not load torch, whoever imports them."""


@dataclass(frozen=True)
class Import:
    """One name that a file imports: ``simulator.store.open_store`` and ``simulator.store`` are two."""

    place: str
    name: str


def sources(*folders: str) -> list[Path]:
    """All Python files in folders of the project, and ``app.py``."""
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [*found, ROOT / "app.py"] if "pages" in folders and (ROOT / "app.py").exists() else found


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def module_of(path: Path) -> tuple[str, ...]:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports_of(path: Path) -> tuple[Import, ...]:
    """Read what a file imports, relative names made absolute."""
    return tuple(_find_imports(path))


def _find_imports(path: Path) -> Iterator[Import]:
    package = module_of(path) if path.name == "__init__.py" else module_of(path)[:-1]
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*base, *filter(None, [node.module])))
            names = [module, *(f"{module}.{alias.name}" for alias in node.names)]
        else:
            continue
        yield from (Import(f"{name_of(path)}:{node.lineno}", name) for name in names)


def test_every_entry_of_the_package_has_its_place_in_the_order():
    entries = {module_of(path)[1] for path in sources("simulator") if len(module_of(path)) > 1}
    assert entries <= set(ORDER)


def test_imports_run_one_way():
    upward = [
        found
        for path in sources("simulator")
        for found in imports_of(path)
        if found.name.split(".")[0] in {"app", "pages", "tests"} or place_of(found.name) > place_of(path)
    ]
    assert upward == []


def place_of(module: Path | str) -> int:
    """Place of a module's entry in the order; before all others where it is none of them, the face after all."""
    first, *rest = module_of(module) if isinstance(module, Path) else module.split(".")
    if isinstance(module, Path) and first == "simulator" and not rest:
        return len(ORDER)
    return ORDER.index(rest[0]) if first == "simulator" and rest and rest[0] in ORDER else -1


def test_libraries_stay_in_their_rooms():
    strays = [
        found
        for path in sources("simulator", "pages")
        for found in imports_of(path)
        if not name_of(path).startswith(ROOMS.get(found.name.split(".")[0], ("",)))
    ]
    assert strays == []


def test_only_the_pools_children_train_and_they_find_it_by_name():
    training = ("simulator.training", "simulator.simulate")
    users = {
        found.place.split("/")[0] if not found.place.startswith("simulator/") else found.place.split("/")[1]
        for path in sources("simulator", "pages")
        for found in imports_of(path)
        if found.name.startswith(training)
    }
    assert {user.split(".")[0] for user in users} <= {"training", "simulate"}


def test_one_module_puts_files_in_the_place_of_others():
    strays = [
        f"{name_of(path)}:{node.lineno}"
        for path in sources("simulator")
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        # Those of text, tables and dataclasses take two arguments, or names.
        if node.func.attr in {"replace", "rename"} and (len(node.args), node.keywords) == (1, [])
        if name_of(path) not in {"simulator/files.py", "simulator/store/disk.py"}
    ]
    assert strays == []


def test_no_import_hides_in_a_function():
    hidden = [
        f"{name_of(path)}:{node.lineno}"
        for path in sources("simulator", "pages")
        for function in ast.walk(parse(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_no_module_needs_itself():
    paths = {".".join(module_of(path)): path for path in sources("simulator")}
    # A package's face names its parts; what the parts need of each other is what can go round in circles.
    graph = {
        module: {found.name for found in imports_of(path)} & paths.keys() - {module}
        for module, path in paths.items()
        if path.name != "__init__.py"
    }
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " -> ".join((*trail, module))
        if module not in done:
            for other in sorted(graph.get(module, ())):
                visit(other, (*trail, module))
            done.add(module)

    for module in graph:
        visit(module, ())


def test_pages_can_be_deleted_and_all_other_tests_stay_green():
    needing = [
        found
        for path in sources("tests")
        if not name_of(path).startswith(("tests/pages/", "tests/e2e/"))
        for found in imports_of(path)
        if found.name.split(".")[0] in {"app", "pages", "streamlit"}
    ]
    assert needing == []


def test_what_pages_and_commands_import_does_not_load_torch():
    modules = [
        ".".join(module_of(path))
        for path in sources("simulator")
        if len(module_of(path)) > 1 and module_of(path)[1] in WITHOUT_TORCH
    ]
    assert {"torch", "streamlit"}.isdisjoint(loaded_by(modules))


def test_one_simulation_and_the_worker_do_not_load_the_law():
    loaded = loaded_by(["simulator.cli.simulate", "simulator.campaigns.worker"])
    assert {"simulator.analysis", "scipy.ndimage", "scipy.stats"}.isdisjoint(loaded)


def loaded_by(modules):
    code = f"import sys, importlib; [importlib.import_module(m) for m in {modules!r}]; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_all_says_in_order_what_a_module_offers():
    wrong = []
    for path in sources("simulator"):
        tree = parse(path)
        for node in tree.body:
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
                names = ast.literal_eval(node.value)
                # Ruff's order: constants, classes, the rest.
                kinds = [(not name.isupper(), not name[0].isupper(), name) for name in names]
                if kinds != sorted(set(kinds)) or not set(names) <= set(_defined(tree)):
                    wrong.append(name_of(path))
    assert wrong == []


def _defined(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.alias):
            yield node.asname or node.name
