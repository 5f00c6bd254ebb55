"""Values as they are typed behind `submit` and `pick`."""

import pytest

from bot.playground.form_words import field_values


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("", {}),
        ("name=v2", {"name": "v2"}),
        ('name=v2 about="two words"', {"name": "v2", "about": "two words"}),
        (r'about="one\ntwo \"said\" a\\nb"', {"about": 'one\ntwo "said" a\\nb'}),
        (r"pattern=a\nb", {"pattern": r"a\nb"}),
        ("a=b=c", {"a": "b=c"}),
        ('about="" step=', {"about": "", "step": ""}),
        ("name=模型 ", {"name": "模型"}),
    ],
)
def test_a_value_is_taken_as_it_stands_and_quotes_hold_it_together(
    typed: str, values: dict[str, str]
) -> None:
    assert field_values(typed) == values


@pytest.mark.parametrize("typed", ["v2", "name=v2 and more", 'about="open', 'a="x"y'])
def test_what_is_no_field_is_told(typed: str) -> None:
    with pytest.raises(ValueError, match="say field=value"):
        field_values(typed)
