import pytest

from saleor_nps_plugin.referrals.identity import (
    plain_address,
    plain_email,
    plain_phone,
    share_address,
    share_email,
    share_phone,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ada@example.com", "ada@example.com"),
        ("ada@example.com", " Ada@Example.COM "),
        ("ada@example.com", "ada+shop@example.com"),
        ("ada+one@example.com", "ada+two+three@example.com"),
        ("ada.lovelace@gmail.com", "adalovelace@gmail.com"),
        ("a.d.a.lovelace+x@gmail.com", "AdaLovelace@googlemail.com"),
        ("ada@münchen.example", "ada@xn--mnchen-3ya.example"),
        ("ada@example.com", "ada@example.com."),
        ("ada@example.com", "ａｄａ＠example.com"),
        ("STRASSE@example.com", "straße@example.com"),
        ("+ada@example.com", "+ada+tag@example.com"),
    ],
)
def test_variants_of_an_address_are_one_mailbox(one, other):
    assert share_email([one], [other])
    assert share_email([other, "else@example.com"], ["another@example.com", one])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ada@example.com", "adam@example.com"),
        ("ada@example.com", "ada@example.org"),
        # Only Gmail ignores dots.
        ("ada.lovelace@example.com", "adalovelace@example.com"),
        ("ada-shop@example.com", "ada@example.com"),
        ("ada_shop@example.com", "ada@example.com"),
        ("+ada@example.com", "+bob@example.com"),
        ("", ""),
        ("", "ada@example.com"),
        ("@example.com", "@example.com"),
        ("ada@", "ada@"),
        ("ada", "ada"),
        ("...@gmail.com", ".@gmail.com"),
    ],
)
def test_other_addresses_are_other_people(one, other):
    assert not share_email([one], [other])


def test_nobody_shares_what_is_not_known():
    assert not share_email([], ["ada@example.com"])
    assert not share_email([""], ["", "ada@example.com"])
    assert not share_phone([], ["+48 500 600 700"])
    assert not share_phone([""], [""])
    assert not share_address([], ["Lindenstr. 5\n10969\nBerlin\nDE"])
    assert not share_address([""], [""])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+48500600700", "+48500600700"),
        ("+48 500 600 700", "500-600-700"),
        ("0048 500 600 700", "500600700"),
        ("+49 171 2345678", "0171/2345678"),
        ("+44 (0)20 7946 0958", "020 7946 0958"),
        ("+1 (212) 555-0123", "212.555.0123"),
        ("+1 212 555 0123 ext. 4", "212 555 0123"),
        ("tel:+1-212-555-0123;ext=4", "2125550123x7"),
        # Eight digits in Norway, a leading zero in New Zealand, both in Italy.
        ("+47 23 45 67 81", "23456781"),
        ("+64 9 123 4567", "09 123 4567"),
        ("+39 06 1234 5679", "06 12345679"),
        ("٠٥٠٠٦٠٠٧٠١", "500600701"),
    ],
)
def test_a_number_is_the_same_however_it_is_written(one, other):
    assert share_phone([one], [other])
    assert share_phone([other], ["+1 800 555 0199", one])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+48500600700", "+48500600701"),
        ("+48500600700", "+48501600700"),
        ("112", "112"),
        ("123456", "123456"),
        ("0000000000", "0000000000"),
        ("999999999", "999999999"),
        ("123456789", "123456789"),
        ("+1234567890", "1234567890"),
        ("none", "none"),
        ("-", "-"),
    ],
)
def test_other_numbers_and_fillers_are_nobodys(one, other):
    assert not share_phone([one], [other])


@pytest.mark.parametrize(
    "other",
    [
        "Lindenstr. 5\n10969\nBerlin\nDE",
        "LINDENSTR 5\n10969\nBERLIN\nde",
        " lindenstr.5 \n10 969\nKreuzberg\nDE",
        "Lindenstr., 5\n10969\n\nDE",
    ],
)
def test_a_postal_address_is_the_same_however_it_is_written(other):
    assert share_address(["Lindenstr. 5\n10969\nBerlin\nDE"], [other])


@pytest.mark.parametrize(
    "other",
    [
        "Lindenstr. 51\n10969\nBerlin\nDE",
        "Lindenstr. 5\n10961\nBerlin\nDE",
        "Lindenstr. 5\n10969\nBerlin\nAT",
        "Ahornstr. 5\n10969\nBerlin\nDE",
        "\n10969\nBerlin\nDE",
        "",
    ],
)
def test_another_address_is_somebody_elses(other):
    assert not share_address(["Lindenstr. 5\n10969\nBerlin\nDE"], [other])


def test_accents_and_sharp_s_make_no_other_address():
    assert share_address(["Große Allée 1\n1000\nX\nFR"], ["GROSSE ALLEE 1\n1000\nX\nFR"])


def test_without_postal_codes_the_city_decides():
    hong_kong = "1 Queen's Road\n\nCentral\nHK"

    assert share_address([hong_kong], ["1 Queens Road\n\nCENTRAL\nHK"])
    assert not share_address([hong_kong], ["1 Queens Road\n\nKowloon\nHK"])


@pytest.mark.parametrize("address", ["", "\n\n\n", "--\n10969\nBerlin\nDE", "Lindenstr. 5\n\n\nDE", "Lindenstr. 5"])
def test_half_an_address_is_none(address):
    assert plain_address(address) == ""
    assert not share_address([address], [address])


def test_letters_of_every_script_count():
    assert share_address(["東京都千代田区1-1\n100-0001\n\nJP"], ["東京都千代田区１－１\n1000001\n\nJP"])
    assert not share_address(["東京都千代田区1-1\n100-0001\n\nJP"], ["東京都千代田区2-1\n100-0001\n\nJP"])
    assert not share_address(["ул. Мира 5\n101000\nМосква\nRU"], ["ул. Ленина 5\n101000\nМосква\nRU"])


def test_what_is_compared_is_plain():
    assert plain_email("A.da+x@GoogleMail.com") == "ada@gmail.com"
    assert plain_phone("0048 (500) 600-700") == "48500600700"
    assert plain_address("Lindenstr. 5\n10 969\nBerlin\nDE") == "lindenstr5/10969/de"
