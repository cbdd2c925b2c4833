"""Where Saleor comes from, and what is said when it does not come."""

from pathlib import Path

import pytest

from tooling import saleor_source
from tooling.saleor_source import SaleorNotAvailable


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("SALEOR", "SALEOR_OTHERS", "SALEOR_REPOSITORY", "SALEOR_ASKED_FOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def unpacked_release(tmp_path: Path) -> Path:
    package = tmp_path / "release" / "saleor"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('__version__ = "3.23.28"\n')
    return package.parent


def test_the_newest_pin_is_the_default_and_the_others_follow_from_new_to_old() -> None:
    assert saleor_source.default_tag() == "3.23.28"
    assert saleor_source.other_tags() == ["3.22.67", "3.21.69"]
    assert saleor_source.repository() == "https://github.com/saleor/saleor"


def test_a_version_asked_for_by_hand_is_the_only_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALEOR", "3.22.67")
    monkeypatch.setenv("SALEOR_ASKED_FOR", "yes")

    assert saleor_source.default_tag() == "3.22.67"
    assert saleor_source.other_tags() == []


def test_an_unpacked_release_is_copied_and_says_its_own_version(
    unpacked_release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALEOR_REPOSITORY", str(unpacked_release))

    saleor = saleor_source.obtain("whatever")

    assert saleor.version == "3.23.28"
    assert saleor.identifier == "3_23_28"
    assert saleor.folder != unpacked_release


def test_an_address_without_saleor_is_named_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALEOR_REPOSITORY", str(tmp_path / "nothing"))

    with pytest.raises(SaleorNotAvailable, match=r"^Saleor 3\.23\.28 cannot be downloaded from .*/nothing \(fatal: "):
        saleor_source.obtain("3.23.28")

    assert list((tmp_path / "cache" / "saleor-nps-plugin" / "saleor").iterdir()) == []
