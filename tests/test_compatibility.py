import pytest

from saleor_nps_plugin.compatibility import TESTED, problem_with


@pytest.mark.parametrize("version", ["3.21.69", "3.22.67", "3.23.28", "3.23.0-a.0", "3.24.0-a.0", "4.0.1"])
def test_versions_that_may_work_are_not_refused(version):
    assert problem_with(version) == ""


@pytest.mark.parametrize("version", ["3.20.115", "3.9.0", "2.11.0"])
def test_a_version_that_cannot_work_is_refused_by_name(version):
    assert version in problem_with(version)
    assert "3.21" in problem_with(version)


def test_the_tested_versions_are_those_of_the_requirements(request):
    pinned = {
        path.stem.removeprefix("saleor-") for path in (request.config.rootpath / "requirements").glob("saleor-*.txt")
    }

    assert pinned == set(TESTED)
