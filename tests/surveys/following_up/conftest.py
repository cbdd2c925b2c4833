import pytest

from saleor_nps_plugin.surveys.following_up import thanking


@pytest.fixture
def unhappy(story):
    """A response with a case, thanked for as the page does."""

    def answer(score=3, **changes):
        response = story.answer(story.invite(**changes), score, "It leaked")
        thanking.thank(response, now=story.now)
        return response

    return answer
