"""What stands where and how much of each limit is used: the figures behind the charts of a report, beside an answer."""
