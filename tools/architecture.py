"""Reads the code without running it: what imports what, what has no annotation, what is too long.

Every check takes `{path: source}` and returns its findings, one line each. The project's
rules, and faults that the checks must find, are in tests/test_architecture.py.
"""

import ast
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

# Slow to load, or of shared libraries that some machines lack. Only these are a reason to import a
# module of our own inside a function.
SLOW = {"av", "keras", "matplotlib", "scipy", "skimage", "tensorflow", "tensorflow_datasets"}
MOST_LINES = 300

parse = functools.cache(ast.parse)  # every check reads the same sources


@dataclass(frozen=True)
class Arrow:
    """One import. `target` is the path of a module of ours, or the name of another package.

    `when` is "import" (runs as the module is loaded), "function", "typing" (under TYPE_CHECKING)
    or "lazy" (a name in the `_HOMES` of an `__init__.py`).
    """

    source: str
    target: str
    line: int
    when: str


def module_name(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def homes(source: str) -> dict[str, str]:
    """The names that an `__init__.py` loads when they are first used, and their modules."""
    for node in parse(source).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("_HOME", "_HOMES"):
            return ast.literal_eval(node.value)
    return {}


def import_statements(node: ast.AST, when: str = "import") -> Iterator[tuple[ast.stmt, str]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, when
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from import_statements(child, "function")
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            yield from import_statements(child, "typing")
        else:
            yield from import_statements(child, when)


def arrows_of(sources: dict[str, str]) -> list[Arrow]:
    """All imports of these files, each led to the file that has the name."""
    paths = {module_name(path): path for path in sources}
    lazy = {module_name(path): homes(text) for path, text in sources.items() if "__init__" in path}

    def file_of(module: str, name: str = "") -> str:
        module = f"{module}.{lazy[module][name]}" if name in lazy.get(module, {}) else module
        return paths.get(f"{module}.{name}") or paths.get(module, module)

    arrows = []
    for path, text in sources.items():
        for home in lazy.get(module_name(path), {}).values():
            arrows.append(Arrow(path, file_of(f"{module_name(path)}.{home}"), 1, "lazy"))
        for node, when in import_statements(parse(text)):
            if isinstance(node, ast.Import):
                targets = [file_of(alias.name) for alias in node.names]
            else:
                module = "." * node.level + (node.module or "")  # dots: see `relative`
                targets = [file_of(module, alias.name) for alias in node.names]
            arrows += [Arrow(path, target, node.lineno, when) for target in targets]
    return arrows


def circles(sources: dict[str, str]) -> list[str]:
    """One circle of imports, if there is any; an import in a function counts."""
    targets: dict[str, set[str]] = {path: set() for path in sources}
    for arrow in arrows_of(sources):
        if arrow.target in sources and arrow.target != arrow.source:
            targets[arrow.source].add(arrow.target)
    while leaves := [path for path in targets if not targets[path] & targets.keys()]:
        for path in leaves:
            del targets[path]
    if not targets:
        return []
    way = [min(targets)]
    while (following := min(targets[way[-1]] & targets.keys())) not in way:
        way.append(following)
    circle = way[way.index(following) :]
    start = circle.index(min(circle))
    return [" imports ".join([*circle[start:], *circle[: start + 1]])]


def room_of(path: str) -> str:
    """The folder or module right under cyclegan_tf; data_pipeline is one room."""
    parts = module_name(path).split(".")
    return parts[1] if parts[0] == "cyclegan_tf" and len(parts) > 1 else parts[0]


def upward(sources: dict[str, str], order: list[list[str]]) -> list[str]:
    """Imports of a room that is higher, or on the same line, than the importing one."""
    height = {room: len(order) - i for i, rooms in enumerate(order) for room in rooms}
    findings = [
        f"{p}: its room is in no line of ROOMS" for p in sources if room_of(p) not in height
    ]
    for arrow in arrows_of(sources):
        rooms = room_of(arrow.source), room_of(arrow.target)
        if arrow.target not in sources or rooms[0] == rooms[1] or not {*rooms} <= {*height}:
            continue
        if height[rooms[0]] <= height[rooms[1]]:
            findings.append(
                f"{arrow.source}:{arrow.line} imports {arrow.target}, which is not below"
            )
    return findings


def relative(sources: dict[str, str]) -> list[str]:
    """Imports with leading dots: the checks above read full names."""
    return [
        f"{arrow.source}:{arrow.line} imports {arrow.target}: write the full name"
        for arrow in arrows_of(sources)
        if arrow.target.startswith(".")
    ]


def slow_to_load(sources: dict[str, str]) -> set[str]:
    """The files that load a package of `SLOW` when imported, be it through others."""
    loads = {path: packages_around(path, sources) for path in sources}
    for arrow in arrows_of(sources):
        if arrow.when == "import":
            target = arrow.target if arrow.target in sources else arrow.target.split(".")[0]
            loads[arrow.source].add(target)
    slow: set[str] = set()
    while found := {path for path in loads if loads[path] & (SLOW | slow)} - slow:
        slow |= found
    return slow


def packages_around(path: str, sources: dict[str, str]) -> set[str]:
    """The `__init__.py` files that Python runs before this one."""
    parents = [f"{parent.as_posix()}/__init__.py" for parent in PurePosixPath(path).parents]
    return set(parents) & sources.keys()


def hidden(sources: dict[str, str]) -> list[str]:
    """Imports of our own modules inside functions without the reason that they load slowly."""
    slow = slow_to_load(sources)
    findings = [
        f"{a.source}:{a.line} imports {a.target} inside a function, though it loads nothing slow"
        for a in arrows_of(sources)
        if a.when == "function" and a.target in sources and a.target not in slow
    ]
    return sorted(set(findings))


def is_public(name: str) -> bool:
    return not name.startswith("_") or name in ("__init__", "__call__")


def unannotated(sources: dict[str, str]) -> list[str]:
    """Public functions, methods and fields of data classes that lack an annotation."""
    findings = []

    def visit(body: list[ast.stmt], path: str, inside: ast.ClassDef | None) -> None:
        for node in body:
            if isinstance(node, ast.ClassDef) and is_public(node.name):
                visit(node.body, path, node)
            elif isinstance(node, ast.FunctionDef) and is_public(node.name):
                if missing := missing_annotations(node, inside):
                    findings.append(f"{path}:{node.lineno} {node.name}: {', '.join(missing)}")
            elif isinstance(node, ast.Assign) and inside and is_data_class(inside):
                names = [ast.unparse(t) for t in node.targets if is_public(ast.unparse(t))]
                findings.extend(f"{path}:{node.lineno} {inside.name}.{name}" for name in names)

    for path, text in sources.items():
        if all(is_public(part) for part in module_name(path).split(".")):
            visit(parse(text).body, path, None)
    return findings


def missing_annotations(node: ast.FunctionDef, inside: ast.ClassDef | None) -> list[str]:
    static = any(ast.unparse(d) == "staticmethod" for d in node.decorator_list)
    arguments = [*node.args.posonlyargs, *node.args.args]
    arguments = arguments[1:] if inside and not static else arguments
    arguments += [*node.args.kwonlyargs, *filter(None, (node.args.vararg, node.args.kwarg))]
    missing = [argument.arg for argument in arguments if argument.annotation is None]
    return [*missing, "return"] if node.returns is None else missing


def is_data_class(node: ast.ClassDef) -> bool:
    return any("dataclass" in ast.unparse(d) for d in node.decorator_list)


def too_long(sources: dict[str, str]) -> list[str]:
    lengths = {path: len(text.splitlines()) for path, text in sources.items()}
    return [f"{path} has {n} lines" for path, n in lengths.items() if n > MOST_LINES]


def fragments(sources: dict[str, str]) -> list[str]:
    """Lines of docstrings that explain an argument by "Of ..." or "As of ..."."""
    findings = []
    for path, text in sources.items():
        for node in ast.walk(parse(text)):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                for line in (ast.get_docstring(node) or "").splitlines():
                    if re.match(r"\s+[*\w, ]+: (as )?of\b", line, re.IGNORECASE):
                        findings.append(f"{path}: {line.strip()}")
    return findings
