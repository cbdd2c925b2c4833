"""What the documentation says is what the code does."""

import configparser
import re
from pathlib import Path
from uuid import uuid4

import pytest

from saleor_nps_plugin.emails import Brand, detractor_alert_mail, survey_mail
from saleor_nps_plugin.shop.settings import CHANNEL_SETTINGS
from saleor_nps_plugin.shop.survey_settings import DELIVERIES
from tests.documents import DOCUMENTS, ROOT, anchors, code_blocks, rows, section, text_of
from tests.test_architecture import KNOW_SALEOR

PACKAGE = ROOT / "saleor_nps_plugin"
COMMANDS = {path.stem for path in (PACKAGE / "management" / "commands").glob("nps_*.py")}
OF_DJANGO = {"check", "migrate", "shell"}
TARGETS = set(re.findall(r"^([a-z-]+):.*## ", text_of("Makefile"), re.MULTILINE))
# What documentation may name in code: the words of everything that runs.
SOURCES = [
    path
    for folder in ("saleor_nps_plugin", "preview", "demo", "tooling", "tests", "requirements")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".txt", ".html"} and path.name not in {"documents.py", "test_docs.py"}
]
TEXTS = [path.read_text() for path in [*SOURCES, ROOT / "Makefile", ROOT / "setup.cfg"]]
WORDS = set(re.findall(r"\w+", " ".join(TEXTS))) | COMMANDS | {path.stem for path in SOURCES} | {"test_docs"}
# Names of Saleor's, Django's, the mail's and the shell's that our code does not contain.
OF_OTHERS = {
    "ALLOWED_GRAPHQL_ORIGINS",
    "ENABLE_SSL",
    "MANAGE_PLUGINS",
    "NOTIFY_USER",
    "USER_EMAIL_URL",
    "XDG_CACHE_HOME",
    "django_content_type",
    "notify_event",
    "permission_permission",
}

each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def inline_code(path: Path) -> list[str]:
    prose = re.sub(r"^```.*?^```", "", path.read_text(), flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"`([^`\n]+)`", prose)


def test_the_settings_of_the_readme_are_those_of_the_code():
    table = rows(section("README.md", "Settings"))
    documented = [(row[0].strip("`"), "" if row[1] == "empty" else row[1].strip("`")) for row in table]

    assert documented == [
        ("enabled", "off"),
        ("channels", ""),
        ("overrides", ""),
        *((setting.name, setting.default) for setting in CHANNEL_SETTINGS),
    ]


def test_the_example_of_overrides_is_accepted(shop):
    (example,) = code_blocks(ROOT / "README.md", "ini")

    shop.configure(enabled=True, overrides=example)

    assert shop.settings().for_channel("channel-pln").delay_hours == 72
    assert shop.settings().for_channel("default-channel").delay_hours == 168


def test_every_way_of_delivery_is_described():
    table = rows(section("docs/operating.md", "Delivery of e-mail"))

    assert [row[0].strip("`") for row in table] == list(DELIVERIES)


def test_the_tested_saleors_are_the_pinned_ones():
    pins = {path.stem: path.read_text() for path in (ROOT / "requirements").glob("saleor-*.txt")}
    tags = {name.removeprefix("saleor-"): re.search(r"@(\S+)$", text, re.MULTILINE)[1] for name, text in pins.items()}

    assert {row[0]: row[1] for row in rows(section("README.md", "Compatibility"))} == tags


@each_document
def test_every_command_exists(path):
    text = path.read_text()
    named = set(re.findall(r"\bnps_(?:send|sweep|rebuild|forget|uninstall)\w*", text))
    managed = set(re.findall(r"manage\.py ([a-z_]+)", text))
    made = set(re.findall(r"(?:^    |`)make ([a-z-]+)", text, re.MULTILINE))

    assert named <= COMMANDS
    assert managed <= COMMANDS | OF_DJANGO
    assert made <= TARGETS


def test_every_command_is_documented():
    operating = {row[0].strip("`").split()[2] for row in rows(section("docs/operating.md", "Commands"))}
    contributing = {row[0].strip("`").split()[1] for row in rows(section("CONTRIBUTING.md", "Targets"))}

    assert operating == COMMANDS
    assert contributing == TARGETS


@each_document
def test_every_name_in_code_exists(path):
    named = {word for code in inline_code(path) for word in re.findall(r"\b[A-Za-z]\w*_\w+", code)}

    assert named - WORDS - OF_OTHERS == set()


@each_document
def test_every_graphql_name_exists(path):
    contract = set(re.findall(r"\w+", text_of("docs/nps.graphql")))
    named = set(re.findall(r"\b(?:nps[A-Z]\w*|Nps(?!Plugin)[A-Z]\w*)\b", path.read_text()))

    assert named <= contract


@each_document
def test_every_link_and_image_leads_somewhere(path):
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text()):
        if target.startswith(("https://", "http://", "mailto:")):
            continue
        name, _, anchor = target.partition("#")
        file = (path.parent / name) if name else path
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


@each_document
def test_no_machine_and_no_plan_is_mentioned(path):
    assert not re.search(r"/home/\w|roadmap|coming soon|will be added", path.read_text(), re.IGNORECASE)


def test_the_log_lines_are_those_of_the_code():
    sources = " ".join(path.read_text() for path in PACKAGE.rglob("*.py"))
    logged = {
        re.sub(r"%[sd]", "…", line): level.upper().replace("EXCEPTION", "ERROR")
        for level, line in re.findall(r'logger\.(exception|error|warning|info)\(\s*"([^"]+)"', sources)
    }
    table = rows(section("docs/operating.md", "Log lines"))

    assert {row[1].strip("`"): row[0] for row in table} == logged


def test_the_payload_for_notify_is_that_of_the_code():
    brand = Brand("Tea", "", "#1a4fba", "", "")
    survey = survey_mail(
        key=uuid4(),
        to="ana@shop.example",
        language_code="en",
        brand=brand,
        question="?",
        subject="Tea",
        survey_url="https://shop.example/s/",
        opt_out_url="https://shop.example/o/",
        order_number="1",
        first_name="Ana",
        is_reminder=False,
    )
    alert = detractor_alert_mail(
        key="1",
        to=["care@shop.example"],
        language_code="en",
        brand=brand,
        score=0,
        comment="",
        order_number="1",
        channel="c",
        channel_name="C",
        survey_name="S",
        case_status="open",
        case_url="https://shop.example/c/",
    )
    described = {row[0].strip("`"): row[1] for row in rows(section("docs/operating.md", "Payload for `notify`"))}

    assert {key for key, where in described.items() if where in ("all", "surveys")} == set(survey.payload)
    assert {key for key, where in described.items() if where in ("all", "alerts")} == set(alert.payload)


def test_the_map_of_the_house_is_the_house():
    tree = code_blocks(ROOT / "docs" / "architecture.md", "")[0]
    drawn, known, folders = set(), set(), {0: ""}
    for line in tree.splitlines()[1:]:
        marks, rest = re.fullmatch(r"([│├└─ ]*)(.*)", line).groups()
        depth = len(marks) // 4
        names = re.match(r"\S+(?:  ?\S+\.py)*(?:  \S+/)*", rest)[0].split()
        for name in names:
            drawn.add(folders[depth - 1] + name.rstrip("/"))
        folders[depth] = folders[depth - 1] + names[-1]
        known |= {folders[depth - 1] + name for name in names if "[S]" in rest}
    missing = [name for name in drawn if not (PACKAGE / name).exists()]
    inside = {
        str(path.relative_to(PACKAGE))
        for room in ("", "graphql", "shop", "surveys")
        for path in (PACKAGE / room).iterdir()
    }
    inside = {name for name in inside if not name.endswith(("__init__.py", "__pycache__", "py.typed"))}

    assert missing == []
    assert inside - drawn == set()
    assert {name.rstrip("/").removesuffix(".py").replace("/", ".") for name in known} == set(KNOW_SALEOR)


def test_the_changelog_starts_with_this_version():
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg")

    assert config["metadata"]["version"] in re.search(r"^## (.+)$", text_of("CHANGELOG.md"), re.MULTILINE)[1]


def test_the_example_of_own_words_works(survey):
    for example in code_blocks(ROOT / "docs" / "theming.md", "python"):
        exec(example, {"survey": survey, "print": lambda *words: None})

    assert survey.texts.get().language_code == "de"
    assert survey.questions.get(categories=["promoter"]).texts["de"]


def test_the_sql_of_the_operators_runs(survey):
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in code_blocks(ROOT / "docs" / "operating.md", "sql"):
            cursor.execute(statement)
