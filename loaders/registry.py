"""Which data sets there are, by hand; and those whose files are here, as a build reads them."""

from __future__ import annotations

from loaders.dataset import DataSet
from loaders.datasets import national_strategies

DATASETS: tuple[DataSet, ...] = (national_strategies.DATASET,)
