"""What an operator gets from `pip install`: everything that the plugin needs is in the wheel."""

import subprocess
import sys
import venv
import zipfile

import pytest

LANGUAGES = ("de", "es", "fa", "fr", "pl", "ro", "ru")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory, request):
    folder = tmp_path_factory.mktemp("dist")
    root = request.config.rootpath
    subprocess.run(
        [sys.executable, "-m", "build", "--installer", "uv", "--outdir", folder, root], check=True, capture_output=True
    )
    assert len(list(folder.glob("*.tar.gz"))) == 1
    (wheel,) = folder.glob("*.whl")
    return wheel


def test_the_wheel_holds_templates_migrations_and_compiled_languages(wheel):
    names = zipfile.ZipFile(wheel).namelist()

    assert "saleor_nps_plugin/migrations/0001_initial.py" in names
    assert "saleor_nps_plugin/py.typed" in names
    assert [name for name in names if name.startswith("saleor_nps_plugin/templates/saleor_nps_plugin/emails/")]
    assert [name for name in names if name.startswith("saleor_nps_plugin/templates/saleor_nps_plugin/pages/")]
    for language in LANGUAGES:
        assert f"saleor_nps_plugin/locale/{language}/LC_MESSAGES/django.mo" in names
    assert not [name for name in names if name.split("/")[0] in ("tests", "preview", "demo", "tooling", "benchmarks")]


def test_the_wheel_names_its_entry_point_and_does_not_ask_an_index_for_saleor(wheel):
    archive = zipfile.ZipFile(wheel)
    texts = {name.split("/")[-1]: archive.read(name).decode() for name in archive.namelist() if ".dist-info/" in name}

    assert "[saleor.plugins]\nsaleor_nps_plugin = saleor_nps_plugin.plugin:NpsPlugin" in texts["entry_points.txt"]
    required = [
        line.split(":")[1].strip().lower()
        for line in texts["METADATA"].splitlines()
        if line.startswith("Requires-Dist")
    ]
    assert any(line.startswith("django") for line in required)
    assert not any(line.startswith("saleor") for line in required)


def test_an_installed_wheel_renders_and_translates(wheel, tmp_path):
    venv.create(tmp_path / "venv", with_pip=False)
    python = tmp_path / "venv" / "bin" / "python"
    site = subprocess.run(
        [python, "-c", "import site; print(site.getsitepackages()[0])"], check=True, capture_output=True, text=True
    ).stdout.strip()
    zipfile.ZipFile(wheel).extractall(site)
    # The other packages come from this environment: what is tested is what the wheel brings.
    outside = next(path for path in sys.path if path.endswith("site-packages"))
    script = """
import django
from django.conf import settings
settings.configure(
    SECRET_KEY="x", INSTALLED_APPS=["saleor_nps_plugin"], USE_I18N=True, SALEOR_NPS_SHOP="none.Shop",
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
)
django.setup()
import saleor_nps_plugin
from saleor_nps_plugin.surveys.models import Survey
from saleor_nps_plugin.surveys.making.texts import texts_of
print(saleor_nps_plugin.__file__)
print(texts_of(Survey(default_language="en"), "de", shop_name="Tee", own=[]).question)
"""
    environment = {"PYTHONPATH": outside, "PATH": "/usr/bin:/bin"}
    result = subprocess.run(
        [python, "-c", script], check=False, capture_output=True, text=True, env=environment, cwd=tmp_path
    )

    assert result.returncode == 0, result.stderr
    where, question = result.stdout.splitlines()
    assert where.startswith(site)
    assert "empfehlen" in question
