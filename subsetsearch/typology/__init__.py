"""Typological features and distances: lang2vec (default), URIEL+, or a user's CSV.

Missing is not zero: a distance runs over the features known in both languages, says how many these
are, and can be taken cautiously (:meth:`DistanceTable.cautious`) so that no language looks diverse for
being unknown.
"""

from __future__ import annotations

from subsetsearch.typology._base import Typology
from subsetsearch.typology._csv import CsvTypology, check_distances, read_csv_typology
from subsetsearch.typology._lang2vec import FeatureSource, Lang2Vec
from subsetsearch.typology._load import SOURCES, load_typology
from subsetsearch.typology._masked import VectorMetric, great_circle, masked_distances
from subsetsearch.typology._tables import KINDS, DistanceTable, FeatureTable, Kind, Metric

__all__ = [
    "KINDS",
    "SOURCES",
    "CsvTypology",
    "DistanceTable",
    "FeatureSource",
    "FeatureTable",
    "Kind",
    "Lang2Vec",
    "Metric",
    "Typology",
    "VectorMetric",
    "check_distances",
    "great_circle",
    "load_typology",
    "masked_distances",
    "read_csv_typology",
]
