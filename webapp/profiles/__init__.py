"""What a page on a thing says first, by kind: a summary in numbers, key figures, what stands behind them.

A module a family of kinds holds builders; `registry` knows which kind has which. A builder is given a `Subject`,
asks the queries in `queries/site` about it, and returns a `Profile` made of the parts in `parts`, which
`templates/profile/parts.html` shows. What holds for all kinds (when, neighbours, sources) is in `around`.
"""
