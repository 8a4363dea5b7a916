"""What can be done with assessments: read the sheet, judge, find, rank."""
