"""One evaluation: a published scheme version, a period, a deadline, and the subjects in it."""
