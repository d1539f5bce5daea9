"""Size and naming rules of the house, and a proof for each that breaking it is seen."""

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "models", "ui")
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 50
BANNED_WORDS = {"util", "utils", "helper", "helpers", "manager", "common", "misc"}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b|raise NotImplementedError|not implemented yet")
IGNORE = re.compile(r"#\s*type:\s*ignore(?P<code>\[[\w, -]+\])?(?P<rest>.*)$")

Rule = Callable[[Path], list[str]]


def sources(root: Path, *, also: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """(path below root, text) of every Python file of the program, and of the folders in `also`."""
    for package in (*PACKAGES, *also):
        for path in sorted((root / package).rglob("*.py")):
            yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


def long_files(root: Path) -> list[str]:
    return [
        f"{name}: {count} lines"
        for name, text in sources(root, also=("tests", "packaging"))
        if (count := text.count("\n")) > MAX_FILE_LINES
    ]


def long_functions(root: Path) -> list[str]:
    found = []
    for name, text in sources(root, also=("packaging",)):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > MAX_FUNCTION_LINES:
                    found.append(f"{name}:{node.lineno} {node.name}: {lines} lines")
    return found


def without_purpose(root: Path) -> list[str]:
    return [name for name, text in sources(root, also=("packaging",)) if not ast.get_docstring(ast.parse(text))]


def repeated_names(root: Path) -> list[str]:
    names = Counter(Path(name).name for name, _ in sources(root))
    return [name for name, count in names.items() if count > 1 and name not in {"__init__.py", "__main__.py"}]


def empty_names(root: Path) -> list[str]:
    return [
        name
        for name, _ in sources(root)
        if BANNED_WORDS & {word for part in Path(name).with_suffix("").parts for word in part.split("_")}
    ]


def packages_without_init(root: Path) -> list[str]:
    folders = {(root / name).parent for name, _ in sources(root)}
    return [str(folder.relative_to(root)) for folder in sorted(folders) if not (folder / "__init__.py").exists()]


def inits_that_hide(root: Path) -> list[str]:
    """packaging/__init__.py would hide the `packaging` distribution, tests/app/__init__.py our own `app`."""
    found = [*(root / "tests").rglob("__init__.py"), *(root / "packaging").rglob("__init__.py")]
    return [str(path.relative_to(root)) for path in found]


def catch_alls(root: Path) -> list[str]:
    """Handlers of whatever comes. What must be told or tidied up on the way out belongs in an `__exit__`."""
    found = []
    for name, text in sources(root, also=("packaging",)):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ExceptHandler) and _is_broad(node.type):
                found.append(f"{name}:{node.lineno} catches everything")
    return found


def _is_broad(caught: ast.expr | None) -> bool:
    parts = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(
        part is None or (isinstance(part, ast.Name) and part.id in {"Exception", "BaseException"}) for part in parts
    )


def unexplained_ignores(root: Path) -> list[str]:
    found = []
    for name, text in sources(root):
        for number, line in enumerate(text.splitlines(), start=1):
            match = IGNORE.search(line)
            if match and not (match["code"] and re.search(r"#\s*\w", match["rest"])):
                found.append(f"{name}:{number} type: ignore needs [code] and a reason")
    return found


def unfinished(root: Path) -> list[str]:
    return [
        f"{name}:{number} {line.strip()}"
        for name, text in sources(root, also=("packaging",))
        for number, line in enumerate(text.splitlines(), start=1)
        if UNFINISHED.search(line)
    ]


def loose_dataclasses(root: Path) -> list[str]:
    """Values are frozen; state that changes may be unfrozen, but both are slotted and say so."""
    found = []
    for name, text in sources(root):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef) and any(_is_loose(decorator) for decorator in node.decorator_list):
                found.append(f"{name}:{node.lineno} {node.name}: @dataclass without slots=True")
    return found


def _is_loose(decorator: ast.expr) -> bool:
    call = decorator if isinstance(decorator, ast.Call) else None
    named = call.func if call else decorator
    if not (isinstance(named, ast.Name) and named.id == "dataclass"):
        return False
    slots = [word for word in (call.keywords if call else []) if word.arg == "slots"]
    return not (slots and isinstance(slots[0].value, ast.Constant) and slots[0].value.value is True)


BREAKS: dict[Rule, tuple[str, str]] = {
    long_files: ("app/too_long.py", '"""Why."""\n' + "x = 1\n" * MAX_FILE_LINES),
    long_functions: ("ui/too_deep.py", '"""Why."""\ndef f():\n' + "    x = 1\n" * MAX_FUNCTION_LINES),
    without_purpose: ("models/silent.py", "x = 1\n"),
    repeated_names: ("ui/values.py", '"""Why."""\n'),
    empty_names: ("app/text_utils.py", '"""Why."""\n'),
    packages_without_init: ("app/room_without_door/lamp.py", '"""Why."""\n'),
    inits_that_hide: ("packaging/__init__.py", '"""Why."""\n'),
    catch_alls: ("app/careless.py", '"""Why."""\ntry:\n    x = 1\nexcept (ValueError, Exception):\n    pass\n'),
    unexplained_ignores: ("app/bare.py", '"""Why."""\nx: int = ""  # type: ignore[assignment]\n'),
    unfinished: ("app/later.py", '"""Why."""\n# TO' + "DO: the rest\n"),
    loose_dataclasses: (
        "app/loose.py",
        '"""Why."""\nfrom dataclasses import dataclass\n@dataclass(frozen=True)\nclass A:\n    x: int\n',
    ),
}


@pytest.mark.parametrize("rule", BREAKS, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: Rule) -> None:
    assert rule(ROOT) == []


@pytest.mark.parametrize("rule", BREAKS, ids=lambda rule: rule.__name__)
def test_breaking_the_rule_is_seen(rule: Rule, tmp_path: Path) -> None:
    for package in PACKAGES:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text('"""Why."""\n', encoding="utf-8")
    (tmp_path / "app" / "values.py").write_text('"""Why."""\n', encoding="utf-8")
    assert rule(tmp_path) == []
    name, text = BREAKS[rule]
    broken = tmp_path / name
    broken.parent.mkdir(parents=True, exist_ok=True)
    broken.write_text(text, encoding="utf-8")
    assert len(rule(tmp_path)) == 1


def test_raising_again_is_no_excuse(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    text = '"""Why."""\ntry:\n    x = 1\nexcept BaseException:\n    x = 2\n    raise\n'
    (tmp_path / "app" / "tidy.py").write_text(text, encoding="utf-8")
    assert len(catch_alls(tmp_path)) == 1
