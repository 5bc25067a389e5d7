from rallies.charts import Bar, Column, Mark, area_of, bars_of, columns_of


def test_columns_stand_on_the_ground_and_the_highest_fills_the_box():
    one, none, most = Mark("Monday", 1), Mark("Tuesday", 0), Mark("Wednesday", 4, "/list/")
    chart = columns_of([one, none, most])
    assert (chart.width, chart.height, chart.most, chart.area) == (30, 100, 4, "")
    assert chart.columns == (Column(one, 1, 75, 8, 25), Column(none, 11, 100, 8, 0), Column(most, 21, 0, 8, 100))


def test_what_is_not_nothing_is_seen():
    assert [column.height for column in columns_of([Mark("a", 1), Mark("b", 9000)]).columns] == [1, 100]
    assert [bar.share for bar in bars_of([Mark("a", 1), Mark("b", 9000), Mark("c", 0)])] == [1, 1000, 0]


def test_an_area_goes_in_steps_and_ends_on_the_ground():
    assert area_of([Mark("a", 1), Mark("b", 4)]).area == "M0 100V75H10V0H20V100Z"


def test_of_nothing_nothing_is_drawn():
    empty = area_of([]), area_of([Mark("a", 0)]), columns_of([])
    assert [(chart.area, chart.columns, chart.most) for chart in empty] == [("", (), 0)] * 3
    assert bars_of([Mark("a", 0)]) == (Bar(Mark("a", 0), 0),)
