"""One module a data set of others. Each holds its `DATASET` and a pure `parse`; `loaders.registry` lists them."""
