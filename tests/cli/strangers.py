"""What strangers may write into the files that we read."""

#: What a stranger may write into any text of a report.
HOSTILE = "<script>alert(1)</script> \x1b[2J | `x` @all \u202e \ud800 ]]>"
