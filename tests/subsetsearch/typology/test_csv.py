from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from subsetsearch.errors import ConfigError, DataError
from subsetsearch.typology import load_typology, read_csv_typology


def write(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_features_in_rows(tmp_path: Path) -> None:
    path = write(tmp_path, "language,GB020,GB021,order\nsw,1,0,SVO\nzul,1,?,SVO\ndeu,0,1,SOV\n")
    table = load_typology(str(path)).features(["zul_Latn", "swh_Latn", "kat_Geor"])
    assert table.names == ("GB020", "GB021", "order=SOV", "order=SVO")
    np.testing.assert_array_equal(table.values, [[1, np.nan, 0, 1], [1, 0, 0, 1], [np.nan] * 4])
    distances = load_typology(str(path)).distance_matrix(["swh_Latn", "deu_Latn"], metric="hamming")
    assert distances.values[0, 1] == 1.0


def test_values_as_grambank_publishes_them(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "ID,Language_ID,Parameter_ID,Value,Source\n1,swah1253,GB020,1,x\n2,swah1253,GB021,0,x\n3,zulu1248,GB020,0,x\n",
    )
    table = read_csv_typology(path).features(["swh_Latn", "zul_Latn"])
    np.testing.assert_array_equal(table.values, [[1, 0], [0, np.nan]])


def test_a_code_of_the_data_set_goes_through_its_languages(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As in WALS: its codes look like ISO 639-3 and are none."""
    languages = (
        "ID,Name,Glottocode,ISO639P3code\naab,Zulu,zulu1248,zul\nnan,Swahili,dial1234,swh\nnan2,Swahili,,swh\n"
        "zul,Nothing,,\n"
    )
    (tmp_path / "languages.csv").write_text(languages, encoding="utf-8")
    path = write(
        tmp_path,
        "Language_ID,Parameter_ID,Value\naab,1A,1\nnan,1A,0\nnan,2A,1\nnan2,1A,1\nzul,1A,1\nxyz,1A,1\n",
    )
    caplog.set_level("INFO", logger="subsetsearch.typology")
    source = read_csv_typology(path)
    assert source.keys == ("zul_Latn", "swh_Latn")
    found = source.features(["zul_Latn", "swh_Latn", "nan_Latn"]).values
    np.testing.assert_array_equal(found, [[1, np.nan], [0, 1], [np.nan, np.nan]])
    assert "no language that is known here: xyz, zul" in caplog.text
    assert "nan (not nan2)" in caplog.text


def test_a_matrix_of_distances_in_any_order(tmp_path: Path) -> None:
    path = write(tmp_path, "x,zul,swa,deu\nsw,0.2,0,0.7\nzul,0,0.2,\ndeu,,0.7,0\n")
    source = read_csv_typology(path)
    table = source.distance_matrix(["deu_Latn", "swh_Latn", "zul_Latn", "kat_Geor"])
    np.testing.assert_array_equal(
        table.values,
        [
            [0, 0.7, np.nan, np.nan],
            [0.7, 0, 0.2, np.nan],
            [np.nan, 0.2, 0, np.nan],
            [np.nan, np.nan, np.nan, 0],
        ],
    )
    assert table.own_coverage.tolist() == [1, 1, 1, 0]
    with pytest.raises(ConfigError, match="holds distances, not features"):
        source.features(["deu_Latn"])


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("x,a\n", "no table"),
        ("x,GB1\nsw,1\nswa,0\n", r"table.csv:3: 'sw' and 'swa' are one language, swh_Latn; keep one row"),
        ("x,GB1\nxxq,1\n", r"table.csv:2: unknown language 'xxq'"),
        ('x,GB1\nsw,1\nzu,"0,5"\n', r"table.csv:3: 'GB1' is '0,5', neither a number nor a class; .*0.5"),
        ("x,GB1\nsw,inf\nzu,1\n", r"table.csv:2: 'GB1' is 'inf', neither a number nor a class"),
        ("x,GB1,GB2\nsw,1\n", r"table.csv:2: 3 fields expected, but got 2"),
        ("x,sw,zu\nsw,0,0.3\nzu,0.4,0\n", "not symmetric: swh_Latn to zul_Latn is 0.3, back it is 0.4"),
        ("x,sw,zu\nsw,0,0.3\nzu,0.3,0.1\n", "the distance of zul_Latn to itself is not 0"),
        ("x,sw,zu\nsw,0,-0.3\nzu,-0.3,0\n", "the distance of swh_Latn and zul_Latn is negative"),
        ("x,sw,zu,deu\nsw,0,1,1\nzu,1,0,1\n", "not square: 2 rows, 3 columns; only on one side: deu_Latn"),
        ("x,sw,zu\nsw,0,much\nzu,1,0\n", r"table.csv:2: not a number"),
        ("x,GB1\nsw,1\n\n\nxxq,1\n", r"table.csv:5: unknown language 'xxq'"),
        (
            "Language_ID,Parameter_ID,Value\nswah1253,a,1\nabcd9999,a,1\n",
            r"table.csv:3: no language with the glottocode abcd9999",
        ),
        (
            "Language_ID,Parameter_ID,Value\nger,a,1\n",
            r"'ger' is a code of this data set, .*put languages.csv of the same data set beside it",
        ),
        (
            "Language_ID,Parameter_ID,Value\nzulu1248,a,1\nswah1253,a,1\nzulu1248,a,0\n",
            r"table.csv:4: 'zulu1248' has a value of 'a' already, in line 2",
        ),
        ("x,sw,swa\nsw,0,1\nzu,1,0\n", "not square: 2 rows, 2 columns; only on one side: zul_Latn"),
    ],
)
def test_bad_files_are_errors_that_name_the_place(tmp_path: Path, text: str, match: str) -> None:
    with pytest.raises(DataError, match=match):
        read_csv_typology(write(tmp_path, text))


def test_a_file_with_tabs(tmp_path: Path) -> None:
    path = tmp_path / "table.tsv"
    path.write_text("x\tGB1\nsw\t1\nzu\t?\n", encoding="utf-8")
    np.testing.assert_array_equal(
        read_csv_typology(path).features(["swh_Latn", "zul_Latn"]).values, [[1], [np.nan]]
    )


def test_a_file_that_is_no_text_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes("x,GB1\nsw,\u00e9\n".encode("latin-1"))
    with pytest.raises(DataError, match="not a text file in UTF-8"):
        read_csv_typology(tmp_path / "table.csv")


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        read_csv_typology(tmp_path / "none.csv")


def test_only_the_files_own_kind(tmp_path: Path) -> None:
    source = read_csv_typology(write(tmp_path, "x,GB1\nsw,1\nzu,0\n"))
    with pytest.raises(ConfigError, match="has no syntactic distances"):
        source.distance_matrix(["swh_Latn"], "syntactic")
    with pytest.raises(ConfigError, match="metric 'arc' does not fit features"):
        source.distance_matrix(["swh_Latn"], metric="arc")
