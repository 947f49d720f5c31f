"""Templates of rules, one set of files a kind."""

KINDS = {
    "limit": "no more than so many a period, for each holder",
    "share": "no more than such a part of a whole",
    "ban": "not at all, under conditions",
    "exemption": "not at all, but for small lots",
}
